"""Bytes to model, one file per kind of evidence. Pure."""
