"""a2z: evidence in, case out. Gathers and seals a seller's defense against an Amazon A-to-z claim."""

__version__ = "0.1.0"
