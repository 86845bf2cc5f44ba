"""Logs, notifications and the words of errors hold no personal data: markers are planted in every field that names a
buyer, the program is driven through its life with all its words, and everything that it says is searched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.mail_maker import ORDER, SENT, buyer_message, forwarded, notice, return_request
from support.sinks import WebSink, web_sink

NAME, ALIAS, WORDS, STREET, FILE = (
    "Markername Plantedby",
    "markeralias99",
    "markerwords",
    "Markerstreet 7",
    "markerfile",
)
MARKERS = ("marker", "planted")
"""Everything planted holds one of these, in any case of letters."""
NOON = SENT.replace(hour=12)


@pytest.fixture
def web() -> Iterator[WebSink]:
    with web_sink() as sink:
        yield sink


def planted(folder: Path) -> Path:
    folder.mkdir()
    message = buyer_message(
        f"{WORDS}: I live in {STREET}, my number is 555-MARKER.",
        name=NAME,
        alias=ALIAS,
        attachments=((f"{FILE}.jpg", "image/jpeg", b"\xff\xd8\xff marker"),),
    )
    mails = {
        "notice": bytes(notice("it", "action")),
        "message": bytes(message),
        "forward": bytes(forwarded(message, message_id="<f@example.net>")),
        "return": bytes(return_request(message_id="<r@example.net>")).replace(b"Invented", NAME.encode()),
        "cut": bytes(message)[: len(bytes(message)) // 2],
        "garbage": b"\xff\xfe" + NAME.encode() * 50,
        "forged": bytes(notice("it", "action", order="402-9999999-7654321", sender=f'"{NAME}" <a@markershop.example>')),
    }
    for name, content in mails.items():
        (folder / f"{name}.eml").write_bytes(content)
    return folder


class Shop:
    def __init__(self, root: Path, web: WebSink) -> None:
        self.root = root
        (root / "config.toml").write_text(f'[alert]\nnotify = ["json://{web.base}/hook"]\n')
        self.said: list[tuple[str, str]] = []
        self.shown: dict[str, str] = {}

    def run(self, *words: str) -> int:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("A2Z_", "SP_API_", "LWA_"))}
        environment = {
            **clean,
            "A2Z_HOME": str(self.root / "home"),
            "A2Z_CONFIG": str(self.root / "config.toml"),
            "A2Z_NOW": NOON.isoformat(),
            "A2Z_KEYRING": "off",
            "A2Z_TRACEBACK": "1",
        }
        command = [sys.executable, "-m", "a2z_defense", *words]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        self.said.append((" ".join(words), ran.stderr))
        self.shown[words[0]] = ran.stdout
        return ran.returncode


@pytest.mark.xdist_group("personal")
def test_nothing_that_is_said_names_the_buyer(tmp_path: Path, web: WebSink) -> None:
    shop = Shop(tmp_path, web)
    mails = planted(tmp_path / "mails")
    version = tmp_path / "home" / "builds" / ORDER / "v1"
    steps: list[tuple[str, ...]] = [
        ("fetch", "--mail", str(mails), "--no-spapi", "-v", "-v"),
        ("list", "--all", "-v", "-v"),
        ("check", ORDER, "-v", "-v"),
        ("check", "no-such-claim"),
        ("alert", "-v", "-v"),
        ("build", ORDER, "-v", "-v"),
        ("verify", str(version), "-v", "-v"),
        ("record", ORDER, "responded", "-v"),
        ("journal", "-v", "-v"),
        ("ack", ORDER),
        ("hold", ORDER, "--reason", "a reason"),
        ("purge", "-v"),
        ("forget", ORDER),
        ("reindex", "-v", "-v"),
        ("doctor", "-v"),
    ]
    for step in steps:
        assert shop.run(*step) != 70, shop.said[-1]
    assert json.loads((version / "build.json").read_bytes())["claim_id"] == ORDER
    message = next(piece for piece in version.glob("audit-bundle.zip")).read_bytes()
    assert WORDS.encode() in message, "the markers did reach the evidence, so the search means something"

    assert web.bodies(), "a notification went out"
    searched = [(f"stderr of {what}", text) for what, text in shop.said]
    searched += [
        (f"stdout of {what}", shop.shown[what]) for what in ("list", "alert", "verify", "journal", "purge", "doctor")
    ]
    searched += [("a notification", json.dumps(body)) for body in web.bodies()]
    for path in (tmp_path / "home").glob("*.sqlite3*"):
        searched.append((path.name, path.read_bytes().decode("latin-1")))
    for path in (tmp_path / "home" / "blobs").rglob("*"):
        if path.is_file():
            searched.append(("a blob", path.read_bytes().decode("latin-1")))
    assert len(searched) > 25
    open_to_others = [path.name for path in (tmp_path / "home").rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []
    found = [(where, marker) for where, text in searched for marker in MARKERS if marker in text.lower()]
    assert found == []


@pytest.mark.parametrize("fault", ["blob", "database"])
def test_a_damaged_store_is_said_without_naming_the_buyer(tmp_path: Path, web: WebSink, fault: str) -> None:
    shop = Shop(tmp_path, web)
    shop.run("fetch", "--mail", str(planted(tmp_path / "mails")), "--no-spapi")
    if fault == "blob":
        for path in (tmp_path / "home" / "blobs").rglob("*"):
            if path.is_file():
                path.write_bytes(path.read_bytes()[:-1])
    else:
        database = tmp_path / "home" / "a2z.sqlite3"
        database.write_bytes(database.read_bytes()[:5000])
    for words in (("check", ORDER, "-v"), ("build", ORDER)):
        assert shop.run(*words) not in (0, 70)
    text = "".join(stderr for _what, stderr in shop.said).lower()
    assert "what to do" in text
    assert not [marker for marker in MARKERS if marker in text]
