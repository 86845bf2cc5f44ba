"""Parts of the documentation that are made from the code. `python tests/support/documentation.py` writes them anew."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from a2z_defense.base.instants import utc_text

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
SCHEMAS = ROOT / "docs" / "schemas"


def schemas() -> dict[str, str]:
    """The JSON Schema of what each command prints with --json, by file name."""
    from a2z_defense.alerts.printed import PrintedAlert
    from a2z_defense.bundle.report import VerifyReport
    from a2z_defense.jobs import answers

    printed: dict[str, Any] = {
        "alert": list[PrintedAlert],
        "build": answers.BuildAnswer,
        "check": answers.CheckAnswer,
        "fetch": answers.FetchAnswer,
        "list": list[answers.ListedClaim],
        "show": answers.ShowAnswer,
        "verify": VerifyReport,
    }
    return {
        f"{name}.json": json.dumps(TypeAdapter(type_).json_schema(mode="serialization"), indent=2, sort_keys=True)
        + "\n"
        for name, type_ in printed.items()
    }


def commands() -> str:
    """The table of commands, from their own help."""
    from a2z_defense.cli.commands import COMMANDS

    rows = ["| command | what it does |", "|---|---|"]
    rows += [f"| `a2z {name}` | {words} |" for name, (_file, _group, words) in COMMANDS.items()]
    return "\n".join(rows)


SESSION_CLAIM = "01-signed-delivery"


def session(folder: Path) -> str:
    """A real session on the first example, as the program printed it; `folder` is empty and ours."""
    from a2z_defense.sandbox.scenarios import load_scenarios
    from a2z_defense.sandbox.server import Sandbox

    scenario = next(found for found in load_scenarios() if found.slug == SESSION_CLAIM)
    shutil.copytree(scenario.mail_folder, folder / "mail")
    shutil.copytree(scenario.folder / "files", folder / "files")
    (folder / "config.toml").write_text('[seller]\nname = "Bottega Esempio"\nzone = "Europe/Rome"\n', encoding="utf-8")
    short = scenario.order_id.split("-")[1]
    attached = [
        ["attach", short, f"files/{found.file.name}", "--as", found.kind.value] for found in scenario.attachments
    ]
    stated = [["state", short, said.fact, said.value, "--from", said.from_file.name] for said in scenario.statements]
    said: list[str] = []
    with Sandbox([scenario.folder], scale=50, polls_until_done=1) as sandbox:
        variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("A2Z_", "SP_API_", "LWA_"))},
            **sandbox.credentials,
            "A2Z_HOME": str(folder / "home"),
            "A2Z_CONFIG": str(folder / "config.toml"),
            "A2Z_NOW": utc_text(scenario.now),
            "A2Z_TRUSTED_RECEIVERS": "mx.example.net",
            "A2Z_KEYRING": "off",
            "LOGNAME": "seller",  # entries carry who made them, and their ids come from it
            "PYTHONPATH": str(ROOT),
        }
        for words in (["fetch", "--mail", "mail", "--quiet"], *attached, *stated, ["list"], ["check", short]):
            shown = [word for word in words if word != "--quiet"]
            said += [f"$ a2z {shlex.join(shown)}", *_run(words, variables, folder), ""]
        _run(["build", short, "--out", "defense"], variables, folder)
        text = next((folder / "defense").glob("*/v1/response.txt"))
        said += [f"$ a2z build {short} --out defense > build.log; cat {text.relative_to(folder)}"]
        said += [*text.read_text(encoding="utf-8").rstrip().splitlines(), ""]
        verified = _run(["verify", str(text.parent.relative_to(folder))], variables, folder)
        said += [f"$ a2z verify {text.parent.relative_to(folder)} | tail -1", verified[-1]]
    return "```console\n" + "\n".join(line.rstrip() for line in said) + "\n```"


def _run(words: list[str], variables: dict[str, str], folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "a2z_defense", *words],
        env=variables, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode in (0, 10, 11, 12), done.stderr
    return done.stdout.rstrip().splitlines()


def section(text: str, title: str) -> str:
    """What stands under the heading `title`."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, f"README has no section {title!r}"
    return found[1].strip()


def with_section(text: str, title: str, content: str) -> str:
    return text.replace(section(text, title), content)


def write() -> None:
    """Write everything anew."""
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    for name, content in schemas().items():
        (SCHEMAS / name).write_text(content, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        shown = session(Path(folder))
    text = README.read_text(encoding="utf-8")
    for title, content in (("Commands", commands()), ("A real session", shown)):
        text = with_section(text, title, content)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    write()
