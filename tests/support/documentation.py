"""Parts of the documentation that are made from the code. `python tests/support/documentation.py` writes them anew."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
SCHEMAS = ROOT / "docs" / "schemas"


def schemas() -> dict[str, str]:
    """The JSON Schema of what each command prints with --json, by file name."""
    from a2z_defense.alerts.evaluate import Alert
    from a2z_defense.bundle.report import VerifyReport
    from a2z_defense.jobs import answers

    printed: dict[str, Any] = {
        "alert": list[Alert],
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
    from a2z_defense.cli.main import build_app

    rows = ["| command | what it does |", "|---|---|"]
    app = build_app(["--help"])
    for command in app.registered_commands:
        rows.append(f"| `a2z {command.name}` | {command.help} |")
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            rows.append(f"| `a2z {group.name} {command.name}` | {command.help} |")
    return "\n".join(rows)


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
    README.write_text(with_section(README.read_text(encoding="utf-8"), "Commands", commands()), encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    write()
