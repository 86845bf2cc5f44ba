"""A fetch that is killed at random moments and run again: the same evidence as one that was never killed.

    python tests/bench/spapi_kill.py [kills] [claims]

Each round starts from an empty home, kills `a2z fetch` (SIGKILL) at a random moment after its first call to Amazon,
then runs it to its end. In the second run no answer may be asked for that the first one had already kept.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from a2z_defense.base.environment import load_environment
from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, write_mbox
from a2z_defense.store.store import open_store

OPERATIONS: dict[str, str] = {
    EvidenceKind.ORDER: "getOrder",
    EvidenceKind.FINANCES: "listFinancialEventsByOrderId",
    EvidenceKind.TRACKING: "getTracking",
    EvidenceKind.CATALOG: "getCatalogItem",
    EvidenceKind.MESSAGING: "getMessagingActionsForOrder",
}
"""Evidence about one thing, and the call that brings it."""
WHOLES = {"listFinancialEvents": "listFinancialEvents", "document": "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"}
"""Calls for everybody (there is one page, one report), and how the subject of what is kept of them begins."""


@dataclass(frozen=True)
class Kept:
    """One piece of evidence."""

    kind: str
    subject: str

    @property
    def words(self) -> list[str]:
        return re.split(r"[#:]", self.subject)


class Home:
    """One home, its mailbox, one simulator."""

    def __init__(self, box: Sandbox, folder: Path, mbox: Path) -> None:
        self.box = box
        self.folder = folder
        self.command = [sys.executable, "-m", "a2z_defense", "fetch", "--quiet", "--mail", str(mbox)]
        self.variables = {
            **os.environ,
            **box.credentials,
            "A2Z_HOME": str(folder / "home"),
            "A2Z_CONFIG": str(folder / "none"),
            "A2Z_KEYRING": "off",
            "A2Z_NOW": utc_text(NOW),
        }

    def run(self, kill_after: float | None = None) -> float:
        """Seconds from its first call to Amazon to its end. Killed `kill_after` seconds after that call, if given."""
        process = subprocess.Popen(
            self.command, env=self.variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not self.box.count() and process.poll() is None:
            time.sleep(0.01)
        began = time.monotonic()
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        return time.monotonic() - began

    def evidence(self) -> dict[str, Kept]:
        """Each piece, by evidence id."""
        with open_store(load_environment(variables=self.variables)) as store, store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT id, kind, subject FROM evidence").fetchall()
        return {str(evidence_id): Kept(str(kind), str(subject)) for evidence_id, kind, subject in rows}


Call = tuple[str, str, str]
"""Operation, path, query."""


def _asked_again(kept: dict[str, Kept], second: set[Call]) -> set[Call]:
    """The calls of the second run whose answer had been kept by the first."""
    held = {(OPERATIONS[one.kind], word) for one in kept.values() if one.kind in OPERATIONS for word in one.words}
    held |= {_refused(one.subject) for one in kept.values() if one.kind == EvidenceKind.REFUSAL}
    wholes = {one.subject.split(" ")[0] for one in kept.values() if one.kind == EvidenceKind.WHOLE}
    return {call for call in second if (call[0], _about(call)) in held or WHOLES.get(call[0]) in wholes}


def _refused(subject: str) -> tuple[str, str]:
    """Operation and what it was about, of `ORDER#operation` or `ORDER#operation:place:thing`."""
    order_id, _, rest = subject.partition("#")
    operation, *about = rest.split(":")
    return operation, about[-1] if about else order_id


def _about(call: Call) -> str:
    """What a call asks about: the last part of its path, or the tracking number in its query."""
    if call[0] == "getTracking":
        return parse_qs(call[2])["trackingId"][0]
    parts = [part for part in call[1].split("/") if part != "financialEvents"]
    return parts[-1]


def main(kills: int, claims: int) -> int:
    dice = random.Random(20261112)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        mbox = root / "mails.mbox"
        write_mbox(mbox, claims)
        whole, seconds, port = _whole(root, mbox, claims)
        say(f"{claims} claims, not killed: {seconds:.1f} s, {len(whole)} pieces of evidence")
        for number in range(kills):
            folder = root / f"round{number}"
            folder.mkdir()
            moment = dice.uniform(0.0, seconds)
            # The same port: what is kept whole names the endpoint that it came from.
            with Sandbox.synthetic(claims, scale=10, port=port) as box:
                home = Home(box, folder, mbox)
                home.run(moment)
                kept = home.evidence()
                asked = {(seen.operation, seen.path, seen.query) for seen in box.requests if seen.status < 300}
                box.forget_requests()
                home.run()
                second = {(seen.operation, seen.path, seen.query) for seen in box.requests}
                after = home.evidence()
                missing, more = set(whole) - set(after), set(after) - set(whole)
                wanton = _asked_again(kept, second)
                say(
                    f"killed after {moment:5.2f} s with {len(kept):3} pieces: {len(after):3} at the end, "
                    f"{len(second & asked)} of {len(asked)} calls made again, {len(wanton)} of them though kept"
                )
                if missing or more:
                    kinds = sorted({whole[one].kind for one in missing} | {after[one].kind for one in more})
                    wrong.append(f"round {number}: {len(missing)} missing, {len(more)} too many ({', '.join(kinds)})")
                if wanton:
                    wrong.append(f"round {number}: made again though kept: {sorted(wanton)[:3]}")
    say("FAIL: " + "; ".join(wrong) if wrong else "good")
    return bool(wrong)


def _whole(root: Path, mbox: Path, claims: int) -> tuple[dict[str, Kept], float, int]:
    folder = root / "whole"
    folder.mkdir()
    with Sandbox.synthetic(claims, scale=10) as box:
        home = Home(box, folder, mbox)
        seconds = home.run()
        return home.evidence(), seconds, int(box.endpoint.rpartition(":")[2])


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:]] + [20, 40][len(sys.argv) - 1 :]
    sys.exit(main(arguments[0], arguments[1]))
