"""The main job on invented claims, as real commands against the local simulator. No account, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from a2z_defense.base.atomic import private_folder
from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.base.instants import utc_text
from a2z_defense.sandbox.scenarios import Scenario, load_scenarios
from a2z_defense.sandbox.server import Sandbox

FOLDER = "a2z-demo"
MARKER = ".made-by-a2z-demo"
SCALE = 10.0
"""The simulator's quotas are this many times Amazon's, so that the demo is quick."""
CONFIG = """\
# Made by a2z demo. The seller is invented.
[seller]
name = "Bottega Ferrùa"
address = ["Via dell'Esempio 12", "20100 Milano MI", "Italia"]
zone = "Europe/Rome"
"""
_OURS = ("A2Z_", "SP_API_", "LWA_")


@dataclass(frozen=True)
class Step:
    """One command as it was run."""

    words: tuple[str, ...]
    """Without `a2z`."""
    exit_code: int
    stdout: str
    stderr: str
    seconds: float


@dataclass
class Demo:
    """A demo in a folder of its own: invented claims never enter a real seller's queue."""

    root: Path
    scenarios: tuple[Scenario, ...]
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def builds(self) -> Path:
        return self.root / "claims"

    def run(self, *words: str) -> Step:
        """Run `a2z` with these words in a process of its own, as a seller would."""
        started = time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own program with words from our own scenarios
            [sys.executable, "-m", "a2z_defense", *words],
            env=self.variables,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return Step(words, done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def preparing(self) -> Iterator[Step]:
        """What the seller adds to each case: files, readings of them, records."""
        for scenario in self.scenarios:
            claim = scenario.order_id
            for found in scenario.attachments:
                yield self.run("attach", claim, str(found.file), "--as", found.kind.value, *_attach_options(found))
            for said in scenario.statements:
                yield self.run("state", claim, said.fact, said.value, "--from", said.from_file.name)
            for recorded in scenario.records:
                at = ("--at", utc_text(recorded.at)) if recorded.at else ()
                tab = ("--tab", recorded.tab) if recorded.tab else ()
                yield self.run("record", claim, recorded.kind.value, *at, *tab)


def _attach_options(found: object) -> Sequence[str]:
    note, taken = getattr(found, "note", None), getattr(found, "taken", None)
    return (*(("--note", note) if note else ()), *(("--taken", utc_text(taken)) if taken else ()))


def prepare(under: Path, sandbox: Sandbox) -> Demo:
    """A fresh demo folder under `under`, and the variables that point a2z at the simulator and at that folder.

    Raises ConfigurationError when the folder is there and no demo made it: it is not ours to remove.
    """
    root = under.absolute() / FOLDER
    if root.exists():
        if not (root / MARKER).exists():
            raise ConfigurationError(
                f"{root} is there, and a2z demo did not make it",
                expected="no such folder, or one of an earlier demo",
                remedy="move it away, or run the demo in another folder",
            )
        shutil.rmtree(root)
    private_folder(root)
    (root / MARKER).touch()
    (root / "config.toml").write_text(CONFIG, encoding="utf-8")
    scenarios = load_scenarios()
    mine = {
        "A2Z_HOME": str(root / "home"),
        "A2Z_CONFIG": str(root / "config.toml"),
        "A2Z_NOW": utc_text(max(scenario.now for scenario in scenarios)),
        "A2Z_TRUSTED_RECEIVERS": "mx.example.net",
        "A2Z_KEYRING": "off",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **sandbox.credentials,
    }
    return Demo(root, scenarios, {**_without_ours(os.environ), **mine})


def _without_ours(variables: Mapping[str, str]) -> dict[str, str]:
    """The user's environment without what points at his own claims and accounts."""
    return {name: value for name, value in variables.items() if not name.startswith(_OURS)}


def start() -> Sandbox:
    """The simulator with the answers of every example, the account's own reports included."""
    return Sandbox([data_folder("examples")], scale=SCALE, polls_until_done=1)
