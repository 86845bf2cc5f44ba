"""Plays one example with something changed: the judgement, and the answer's text in English."""

from __future__ import annotations

import copy
import datetime as dt
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from a2z_defense.base.config import Fetch, Mail, Settings
from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import response_lines
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.stated import state_fact
from a2z_defense.model.assessment import Assessment
from a2z_defense.sandbox.answers import Answers, read_answers
from a2z_defense.sandbox.faults import FaultRule, Faults
from a2z_defense.sandbox.mails import RECEIVER
from a2z_defense.sandbox.scenarios import Attach, Scenario, Statement
from a2z_defense.sandbox.server import Sandbox
from support.homes import environment

SETTINGS = Settings(
    mail=Mail(trusted_receivers=(RECEIVER,)),
    fetch=Fetch(claim_budget=dt.timedelta(seconds=0.5), source_budget=dt.timedelta(seconds=1)),
)


def same(*_: Any) -> None:
    """Nothing is changed."""


def play(
    scenario: Scenario,
    home: Path,
    *,
    answers: Callable[[Answers], None] = same,
    folder: Callable[[Path], None] = same,
    attached: Callable[[Attach], bool] = lambda one: True,
    stated: Callable[[Statement], bool] = lambda one: True,
    faults: Sequence[FaultRule] = (),
) -> tuple[Assessment, str]:
    """`answers` changes what Amazon answers, `folder` the copy of the scenario with its `mail/` and `files/`."""
    told = copy.deepcopy(read_answers([scenario.folder]))
    answers(told)
    copied = home / "scenario"
    shutil.copytree(scenario.folder, copied)
    folder(copied)
    with Sandbox(answers=told, scale=1000, faults=Faults(faults), polls_until_done=1) as sandbox:
        ours = environment(home, now=scenario.now, settings=SETTINGS, **sandbox.credentials)
        fetch(ours, FetchWanted(mail=(str(copied / "mail"),)))
    kept = [one for one in scenario.attachments if attached(one)]
    for one in kept:
        attach(ours, scenario.order_id, copied / "files" / one.file.name, one.kind, taken_at=one.taken)
    for said in scenario.statements:
        if stated(said) and said.from_file in {one.file for one in kept}:
            state_fact(ours, scenario.order_id, said.fact, said.value, said.from_file.name)
    found = judge(ours, scenario.order_id)
    lines = response_lines(found.gathered.case, found.assessment, Printed(), "en")
    return found.assessment, "\n".join(sentence.text for sentence in lines.sentences)


def in_record(name: str, change: Callable[[list[dict[str, Any]]], None]) -> Callable[[Path], None]:
    """Change the events of the carrier's record `files/NAME`."""

    def apply(folder: Path) -> None:
        path = folder / "files" / name
        record = json.loads(path.read_text(encoding="utf-8"))
        change(record["shipments"][0]["events"])
        path.write_text(json.dumps(record), encoding="utf-8")

    return apply
