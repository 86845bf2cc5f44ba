"""A local simulator of Login with Amazon and the SP-API operations that a2z uses."""
