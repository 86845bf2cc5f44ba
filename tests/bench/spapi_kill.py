"""A fetch that is killed at random moments and run again: the same evidence as one that was never killed.

    python tests/bench/spapi_kill.py [kills] [claims]

Each round starts from an empty home, kills `a2z fetch` (SIGKILL) at a random moment after its first call to Amazon,
then runs it to its end. In the second run no answer may be asked for that the first one had already kept.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from a2z_defense.base.environment import load_environment
from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, write_mbox
from a2z_defense.store.store import open_store


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

    def evidence(self) -> dict[str, str]:
        """The kind of each piece, by evidence id."""
        with open_store(load_environment(variables=self.variables)) as store, store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT id, kind FROM evidence").fetchall()
        return {str(evidence_id): str(kind) for evidence_id, kind in rows}


def main(kills: int, claims: int) -> int:
    dice = random.Random(20261112)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        mbox = root / "mails.mbox"
        write_mbox(mbox, claims)
        whole, seconds = _whole(root, mbox, claims)
        say(f"{claims} claims, not killed: {seconds:.1f} s, {len(whole)} pieces of evidence")
        for number in range(kills):
            folder = root / f"round{number}"
            folder.mkdir()
            moment = dice.uniform(0.0, seconds)
            with Sandbox.synthetic(claims, scale=10) as box:
                home = Home(box, folder, mbox)
                home.run(moment)
                kept = home.evidence()
                asked = {(seen.operation, seen.path, seen.query) for seen in box.requests if seen.status == 200}
                box.forget_requests()
                home.run()
                again = [seen for seen in box.requests if (seen.operation, seen.path, seen.query) in asked]
                # The answers that were on their way when it was killed are asked for again: they were never kept.
                orders = sum(kind == EvidenceKind.ORDER for kind in kept.values())
                answered = sum(operation == "getOrder" for operation, _, _ in asked)
                repeated = sum(seen.operation == "getOrder" for seen in again)
                after = home.evidence()
                missing, more = set(whole) - set(after), set(after) - set(whole)
                say(
                    f"killed after {moment:5.2f} s with {len(kept):3} pieces: {len(after):3} at the end, "
                    f"{repeated} of {answered} orders asked again, {orders} had been kept"
                )
                if missing or more:
                    kinds = sorted({whole[one] for one in missing} | {after[one] for one in more})
                    wrong.append(f"round {number}: {len(missing)} missing, {len(more)} too many ({', '.join(kinds)})")
                if repeated > answered - orders:
                    wrong.append(f"round {number}: {repeated} orders asked again, though {orders} were kept")
    say("FAIL: " + "; ".join(wrong) if wrong else "good")
    return bool(wrong)


def _whole(root: Path, mbox: Path, claims: int) -> tuple[dict[str, str], float]:
    folder = root / "whole"
    folder.mkdir()
    with Sandbox.synthetic(claims, scale=10) as box:
        home = Home(box, folder, mbox)
        seconds = home.run()
        return home.evidence(), seconds


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:]] + [20, 40][len(sys.argv) - 1 :]
    sys.exit(main(arguments[0], arguments[1]))
