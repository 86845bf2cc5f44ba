"""Seal, verify, record what was sent."""
