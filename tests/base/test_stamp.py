from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from a2z_defense.base import stamp as stamping


def test_the_stamp_moves_with_readers_policy_and_the_users_own_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    for room in stamping.MADE_BY:
        shutil.copytree(stamping.PACKAGE / room, package / room)
    monkeypatch.setattr(stamping, "PACKAGE", package)

    def now(policy: Path | None = None) -> str:
        stamping.stamp.cache_clear()
        return stamping.stamp(policy)

    before = now()
    assert now() == before
    reader = package / "readers" / "order.py"
    reader.write_text(reader.read_text() + "# a better reader\n")
    assert now() != before
    mine = tmp_path / "mine"
    assert now(mine) == now()
    mine.mkdir()
    (mine / "deadlines.toml").write_text("x = 1\n")
    assert now(mine) != now()
    stamping.stamp.cache_clear()
