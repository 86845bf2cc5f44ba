"""What a2z says beside its data names nobody: every command over every example, with -vv, on good days and bad ones.

`show`, `check`, `build` and their like print a claim's facts on stdout: that is what they are for, so only their stderr
is searched. Everything else is searched whole, and so are notifications and the names of files.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from a2z_defense.base.data import data_folder
from a2z_defense.cli.main import main
from a2z_defense.readers.mail.read import read_mail
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.mails import RECEIVER
from a2z_defense.sandbox.scenarios import load_scenarios
from a2z_defense.sandbox.server import Sandbox

SCENARIOS = load_scenarios()
FIRST = SCENARIOS[0]
MAIL = [word for scenario in SCENARIOS for word in ("--mail", str(scenario.mail_folder))]
DATA = {"show", "check", "build"}
"""Commands whose stdout is a claim's facts."""
CONFIG = """
[fetch]
claim_budget = "0.3s"
source_budget = "0.5s"
[alert]
notify = ["json://127.0.0.1:{port}"]
"""


def personal() -> dict[str, str]:
    """Each personal string of the examples, and the scenario that it is of."""
    found: dict[str, str] = {}
    for scenario in SCENARIOS:
        words = [*_told(scenario.folder), *_written(scenario.mail_folder), *_signed(scenario.folder)]
        found |= dict.fromkeys(words, scenario.slug)
    return found


def _told(folder: Path) -> Iterator[str]:
    for path in folder.glob("spapi/getOrder.json"):
        order = json.loads(path.read_text(encoding="utf-8"))["order"]
        name = order["buyer"]["buyerName"]
        yield from (name, *(part for part in re.split(r"[\s-]", name) if len(part) > 5))
        yield order["buyer"]["buyerEmail"].partition("@")[0]
        address = order["recipient"]["deliveryAddress"]
        yield from (value for key, value in address.items() if key.startswith("addressLine"))


def _written(folder: Path) -> Iterator[str]:
    for path in folder.glob("*.eml"):
        mail = read_mail(path.read_bytes(), trusted_receivers=(RECEIVER,))
        text = mail.message.text if mail.message else ""
        yield from (line for line in text.splitlines() if len(line) > 24)
        if mail.return_request and mail.return_request.comment:
            yield mail.return_request.comment


def _signed(folder: Path) -> Iterator[str]:
    for path in folder.glob("files/carrier-*.json"):
        for shipment in json.loads(path.read_text(encoding="utf-8"))["shipments"]:
            yield from (event["signed_by"] for event in shipment["events"] if "signed_by" in event)


class _Webhook(BaseHTTPRequestHandler):
    taken: list[bytes]

    def do_POST(self) -> None:
        self.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Silence."""


@pytest.fixture
def webhook() -> Iterator[tuple[int, list[bytes]]]:
    """A local recipient of notifications: its port, and what it took."""
    taken: list[bytes] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Hook", (_Webhook,), {"taken": taken}))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server.server_address[1], taken
    server.shutdown()
    thread.join()
    server.server_close()


def commands() -> Iterator[tuple[str, ...]]:
    """A seller's day, from the first fetch to the journal."""
    claim = FIRST.order_id
    yield "fetch", "-v", "-v", *MAIL
    for scenario in SCENARIOS:
        for one in scenario.attachments:
            yield "attach", "-v", "-v", scenario.order_id, str(one.file), "--as", one.kind.value
    yield "list", "-v", "-v"
    yield "list", "--all", "--json"
    yield "show", claim
    yield "check", claim
    yield "alert", "-v", "-v"
    yield "alert", "--json"
    yield "ask", claim, "delivery_photo", "--of", "carrier"
    yield "record", claim, "seen", "--tab", "action-required"
    yield "record", claim, "responded"
    yield "hold", claim, "--reason", "counsel"
    yield "journal", claim
    yield "journal", claim, "--json"
    yield "doctor", "-v", "-v"
    yield "reindex", "-v", "-v"
    yield "fetch", "-v", "-v", "--force"
    yield ("purge",)
    yield "check", "no-such-claim"
    yield "attach", claim, "/no/such/file.png", "--as", "pod"


def test_nothing_beside_the_data_names_anybody(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    webhook: tuple[int, list[bytes]],
) -> None:
    port, taken = webhook
    (tmp_path / "config.toml").write_text(CONFIG.format(port=port))
    names = personal()
    assert len(names) > 80
    said: list[tuple[str, str]] = []
    shown = ""
    faults = [FaultRule("getOrder", kind, chance=0.08) for kind in FaultKind if kind is not FaultKind.SLOW]
    for rules in ([], faults):
        with Sandbox(
            [data_folder("examples")], scale=1000, faults=Faults(rules, seed=4), polls_until_done=1
        ) as sandbox:
            home = tmp_path / ("bad" if rules else "good")
            variables = {
                **sandbox.credentials,
                "A2Z_HOME": str(home),
                "A2Z_CONFIG": str(tmp_path / "config.toml"),
                "A2Z_NOW": "2026-11-12T09:00:00Z",
                "A2Z_TRUSTED_RECEIVERS": RECEIVER,
                "A2Z_KEYRING": "off",
                "HOME": str(tmp_path),
            }
            for key, value in variables.items():
                monkeypatch.setenv(key, value)
            for words in commands():
                out, err = _run(words, monkeypatch, capfd)
                shown += out if words[0] in DATA else ""
                said.append((" ".join(words[:3]), err if words[0] in DATA else out + err))
            names |= {variables[key]: key for key in ("SP_API_REFRESH_TOKEN", "LWA_CLIENT_SECRET")}
            said.append(("names of files", "\n".join(str(path) for path in home.rglob("*"))))
    assert taken, "no notification was sent"
    said += [("notification", body.decode()) for body in taken]
    assert "Nicolò" in shown, "what is searched for is there to be found"
    assert "Traceback" not in "".join(text for _, text in said)
    found = [(where, slug, name) for where, text in said for name, slug in names.items() if name in text]
    assert found == []


def _run(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> tuple[str, str]:
    monkeypatch.setattr(sys, "argv", ["a2z", *words])
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    out, err = capfd.readouterr()
    assert code != 70, err
    return out, err
