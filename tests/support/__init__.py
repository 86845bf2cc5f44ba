"""Builders and servers that the tests share."""
