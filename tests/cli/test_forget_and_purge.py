"""What `a2z forget` and `a2z purge` say before they do anything: open claims and holds come first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.commands import run_here
from support.mail_maker import ORDER, SENT, notice

CONFIG = "[retention]\nbasis = 'a decision'\ndecided = 2026-01-01\nmail_days = 60\n"
LATER = "2028-01-01T00:00:00Z"


class Shop:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self.capture = capture

    def run(self, *words: str) -> tuple[int, list[str]]:
        """The exit code and the lines on stdout; after an error those on stderr."""
        code = run_here(self.monkeypatch, *words)
        out, err = self.capture.readouterr()
        return code, (err if code else out).splitlines()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shop:
    (tmp_path / "notice.eml").write_bytes(bytes(notice("it", "action")))
    (tmp_path / "config.toml").write_text(CONFIG)
    for name, value in {
        "A2Z_HOME": str(tmp_path / "home"),
        "A2Z_CONFIG": str(tmp_path / "config.toml"),
        "A2Z_NOW": SENT.isoformat(),
        "A2Z_KEYRING": "off",
    }.items():
        monkeypatch.setenv(name, value)
    found = Shop(monkeypatch, capfd)
    assert found.run("fetch", "--no-spapi", "--mail", str(tmp_path / "notice.eml"))[0] == 0
    assert found.run("hold", ORDER, "--reason", "counsel asked for it")[0] == 0
    return found


def test_forget_shows_that_a_claim_is_open_and_held_before_what_would_go(shop: Shop) -> None:
    code, lines = shop.run("forget", ORDER)
    assert code == 0
    assert lines[0].startswith(f"OPEN: {ORDER} is not over")
    assert lines[1].startswith(f"HELD: {ORDER} since 2026-08-14 by ")
    assert lines[1].endswith(": counsel asked for it")
    assert f"a2z hold {ORDER} --release" in lines[2]
    assert lines[3].startswith("would remove")
    code, said = shop.run("forget", ORDER, "--apply")
    assert (code, "is held since 2026-08-14" in said[0]) == (2, True)
    assert shop.run("hold", ORDER, "--release")[0] == 0
    code, said = shop.run("forget", ORDER, "--apply")
    assert (code, "is open" in said[0]) == (2, True)
    assert shop.run("forget", ORDER, "--apply", "--even-open")[1][-1].startswith(f"nothing is left of {ORDER}")
    assert shop.run("forget", ORDER)[0] == 6


def test_purge_names_what_it_leaves_alone_before_what_would_go(shop: Shop) -> None:
    code, lines = shop.run("purge", "--as-of", LATER)
    assert code == 0
    assert lines[0] == f"untouched, open: {ORDER}"
    assert lines[1].startswith("untouched, held since 2026-08-14 by ")
    assert {line.split()[2] for line in lines[2:6]} == {"0"}
    found = json.loads("\n".join(shop.run("purge", "--json", "--as-of", LATER)[1]))
    assert (found["applied"], found["kept_open"], found["kept_held"]) == (False, [ORDER], [ORDER])
    assert shop.run("purge", "--class", "nonsense")[0] == 2
