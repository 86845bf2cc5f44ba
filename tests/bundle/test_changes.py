"""What a new version says that the one before did not: facts, exhibits and sentences, each in one short line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.homes import with_one_claim
from support.mail_maker import ORDER, SENT

from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.changes import SHORT, SHOWN, changes
from a2z_defense.jobs.entries import new_entry, say
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.mail import Reason


def folder(root: Path, name: str, lines: str, evidence: tuple[tuple[str, str], ...] = (), **said: Any) -> Path:
    """A build folder with as much as is compared."""
    made = root / name
    made.mkdir()
    whole = {
        "decision": "defend",
        "status": "open",
        "reason": {"key": "not_received"},
        "defence": {"title": "Delivered"},
        "deadline": {"act_by": "2026-08-16T22:00:00Z"},
        "amount": {"amount": "119.00", "currency": "EUR"},
        "items": [],
    }
    (made / "assessment.json").write_text(json.dumps({**whole, **said}))
    rows = [{"id": piece, "kind": kind} for piece, kind in evidence]
    (made / "build.json").write_text(json.dumps({"inputs": {"evidence": rows}}))
    (made / "response.txt").write_text(lines)
    return made


def item(name: str, state: str) -> dict[str, Any]:
    return {"id": name, "unit": None, "title": name.upper(), "state": state}


def test_facts_exhibits_and_sentences_that_changed(tmp_path: Path) -> None:
    old = folder(tmp_path, "v1", "The parcel was sent.\nIt arrived on Monday at noon.\n", (("ev-1", "mail"),))
    new = folder(
        tmp_path,
        "v2",
        "The parcel was sent.\nIt arrived on Monday at noon and was signed for.\nA photo shows it.\n",
        (("ev-1", "mail"), ("ev-2", "carrier")),
        decision="accept",
        deadline={"act_by": "2026-08-15T22:00:00Z"},
        amount=None,
        items=[item("pod", "held")],
    )
    assert changes(old, new) == [
        "decision: defend -> accept",
        "act by: 2026-08-16T22:00:00Z -> 2026-08-15T22:00:00Z",
        "amount: 119.00 EUR -> none",
        "POD: held (not asked for before)",
        "new exhibit: carrier's record (ev-2)",
        'now says in "It arrived on Monday at noon and was...": noon and was signed for.',
        'no longer says in "It arrived on Monday at noon and was...": noon.',
        "now says: A photo shows it.",
    ]


def test_many_changes_are_counted_and_long_sentences_cut(tmp_path: Path) -> None:
    old = folder(tmp_path, "v1", "", items=[item(f"i{number}", "unknown") for number in range(9)])
    new = folder(tmp_path, "v2", "word " * 100, items=[item(f"i{number}", "held") for number in range(9)])
    said = changes(old, new)
    assert said[:SHOWN] == [f"I{number}: unknown -> held" for number in range(SHOWN)]
    assert said[SHOWN] == f"and {9 - SHOWN} more fact(s)"
    assert len(said[-1]) == len("now says: ") + SHORT


def test_a_folder_that_cannot_be_read_compares_to_nothing(tmp_path: Path) -> None:
    new = folder(tmp_path, "v2", "x")
    assert changes(tmp_path / "gone", new) == []


def test_a_real_second_version_says_why_it_is_one(tmp_path: Path) -> None:
    found = with_one_claim(tmp_path, now=SENT.replace(hour=12))
    assert build_named(found, ORDER, BuildOptions()).changes == ()
    say(found, ORDER, new_entry(EntryKind.SET, reason=Reason.NOT_RECEIVED))
    said = build_named(found, ORDER, BuildOptions()).changes
    assert "reason: unknown -> not_received" in said
    assert any(line.startswith("new exhibit: said by the seller") for line in said)
    assert build_named(found, ORDER, BuildOptions()).changes == ()
