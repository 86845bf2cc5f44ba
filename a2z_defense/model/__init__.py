"""The case and its parts: frozen, no I/O."""
