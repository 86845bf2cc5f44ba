"""Logging: our own logger only, on stderr. Everyone else stays at WARNING whatever `-v` says, because at DEBUG
python-amazon-sp-api logs access tokens and whole bodies with buyers' data."""

from __future__ import annotations

import logging

PACKAGE = "a2z_defense"
QUIETED = (
    "sp_api",
    "httpx",
    "httpcore",
    "imaplib",
    "imapclient",
    "weasyprint",
    "fontTools",
    "PIL",
    "urllib3",
    "asyncio",
)

MUTED = "sqlalchemy.pool"
"""Logs a traceback when Ctrl-C strikes while a connection is being closed; what matters of its errors is raised."""


def set_up(verbosity: int) -> None:
    """`verbosity`: -1 errors, 0 warnings, 1 information, 2 and more debug, of our logger only."""
    levels = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}
    ours = logging.getLogger(PACKAGE)
    ours.setLevel(levels.get(verbosity, logging.DEBUG))
    ours.propagate = False
    if not ours.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("a2z: %(message)s"))
        ours.addHandler(handler)
    for name in QUIETED:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(MUTED).setLevel(logging.CRITICAL + 1)
