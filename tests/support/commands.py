"""A command in this process: quicker than a child, through the same entry point."""

from __future__ import annotations

import sys

import pytest

from a2z_defense.cli import common
from a2z_defense.cli.main import main


def run_here(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run `a2z` with `words`; returns its exit code. What it prints is for the caller's capture."""
    monkeypatch.setattr(sys, "argv", ["a2z", *words])
    monkeypatch.setattr(common, "before", common.Before())
    try:
        main()
    except SystemExit as ended:
        return int(str(ended.code or 0))
    return 0
