"""Errors, clocks, configuration, locks, redaction and data files: what every room may use."""
