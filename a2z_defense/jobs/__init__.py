"""What the command line can ask for: the Python API."""
