"""The example scenarios: a folder each: story, claim mails, Amazon's answers, files, and what should come out."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.entries import AttachmentKind, RecordKind
from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.model.mail import Reason


class Attach(Frozen):
    """A file that the seller attaches (`a2z attach`)."""

    file: Path
    """In TOML relative to the scenario, after loading absolute."""
    kind: Annotated[AttachmentKind, Field(alias="as")]
    note: str | None = None
    taken: Instant | None = None


class Statement(Frozen):
    """A reading of an attached file (`a2z state`)."""

    fact: str
    value: str
    from_file: Annotated[Path, Field(alias="from-file")]
    """The attached file that it was read from."""


class Recorded(Frozen):
    """Something to record (`a2z record`)."""

    kind: RecordKind
    at: Instant | None = None
    tab: str | None = None


class Expected(Frozen):
    """What a2z should say. An absent field is not judged."""

    reason: Reason | None = None
    decision: str
    """defend, accept, not_actionable, needs_human, or quarantined: no claim at all."""
    defence: str | None = None
    blockers: tuple[str, ...] = ()
    deadline_kind: str = "response"
    act_by: Instant | None = None
    band: str | None = None
    contradictions: int = 0
    funding: str | None = None
    """What Amazon is asked to do with the money: deny, amazon_funds, limit."""
    held: tuple[str, ...] = ()
    """Catalogue items that must be held."""


class Scenario(Frozen):
    """One example."""

    slug: str
    folder: Path
    title: str
    story: str
    decides: str
    """What makes this case different from the others."""
    marketplace: str
    """Two letters."""
    order_id: str
    now: Instant
    """The instant that the demo sets."""
    mail_folder: Path
    attachments: tuple[Attach, ...] = ()
    statements: tuple[Statement, ...] = ()
    records: tuple[Recorded, ...] = ()
    expected: Expected


def load_scenarios(folder: Path | None = None) -> tuple[Scenario, ...]:
    """The scenarios in `folder` (those that ship with a2z when None), in order of their slugs.

    Raises ConfigurationError that names the file and the key of a scenario that cannot be read.
    """
    root = data_folder("examples") / "scenarios" if folder is None else folder
    return tuple(_load(path.parent) for path in sorted(root.glob("*/scenario.toml")))


def _load(folder: Path) -> Scenario:
    path = folder / "scenario.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        attachments = [{**one, "file": folder / one["file"]} for one in table.pop("attach", ())]
        statements = [{**one, "from-file": folder / one["from-file"]} for one in table.pop("state", ())]
        return Scenario.model_validate(
            _utc(table)
            | {
                "slug": folder.name,
                "folder": folder,
                "story": " ".join(table["story"].split()),
                "decides": " ".join(table["decides"].split()),
                "mail_folder": folder / "mail",
                "attachments": tuple(map(_utc, attachments)),
                "statements": statements,
                "records": tuple(map(_utc, table.pop("record", ()))),
                "expected": _utc(table["expected"]),
            }
        )
    except (tomllib.TOMLDecodeError, ValidationError, KeyError, OSError, UnicodeDecodeError) as why:
        raise ConfigurationError(
            f"the scenario {path} cannot be read: {why}",
            expected="the keys that examples/README.md lists",
            remedy="mend that line",
        ) from None


def _utc(table: Mapping[str, object]) -> dict[str, object]:
    """TOML's instants in UTC."""
    return {
        key: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) and value.tzinfo else value
        for key, value in table.items()
    }
