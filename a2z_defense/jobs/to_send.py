"""`a2z show --answer`: the text to paste into Seller Central, as it was built, and the command that records it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.bundle.layout import BUILD_FILE
from a2z_defense.jobs.assess import Assessed
from a2z_defense.jobs.sent import as_built
from a2z_defense.jobs.unjudged import judge_anyway
from a2z_defense.model.assessment import DeadlineKind
from a2z_defense.policy.next_step import record_command
from a2z_defense.store import builds
from a2z_defense.store.builds import ANSWER_TEXT, APPEAL_TEXT
from a2z_defense.store.store import open_store

FOR_BUYER = "buyer/message.txt"


@dataclass(frozen=True)
class ToSend:
    """The newest version's text, and what to do with it."""

    claim_id: str
    version: int
    draft: bool
    sendable: bool
    """The text does not begin with why it is not to be sent."""
    text: str
    file: str
    """Of the version's folder."""
    directory: Path
    box: str
    """Where in Seller Central it is pasted."""
    record: str
    """The command that records it, once it was sent."""
    for_buyer: bool
    """The folder holds a message to the buyer, whose files the box cannot take."""
    newer: int
    """Pieces of evidence that came in or were said since it was built."""
    waits: bool
    """It is final, may be sent, something waits for it, and it was not recorded as sent."""
    warnings: tuple[str, ...]
    """What of the claim's evidence was damaged since, or that the claim could not be judged."""


def to_send(environment: Environment, wanted: str) -> ToSend:
    """What is to be sent for the claim that `wanted` names. Raises NoSuchClaim, UsageError when nothing is built, or no
    copy lies anywhere as it was built. What was built is shown whatever became of the evidence since."""
    judged, row = judge_anyway(environment, wanted)
    claim_id = judged.claim.claim_id
    appeal = row is not None and row.deadline_kind == DeadlineKind.APPEAL
    build = f"a2z build {claim_id}{' --appeal' if appeal else ''}"
    with open_store(environment) as store, store.reading() as connection:
        newest = builds.latest(connection, claim_id)
        if newest is None or (appeal and not newest.is_appeal):
            raise UsageError(
                f"no {'appeal' if appeal else 'answer'} is built for {claim_id}", expected="one", remedy=build
            )
        found = as_built(store, connection, newest)
    if found is None:
        raise UsageError(
            f"v{newest.version} of {claim_id} lies nowhere as it was built",
            expected="a folder that nobody changed",
            remedy=f"{build} writes it again",
        )
    place, files = found
    name = APPEAL_TEXT if appeal else ANSWER_TEXT
    known = {piece["id"] for piece in json.loads(files[BUILD_FILE])["inputs"]["evidence"]}
    if isinstance(judged, Assessed):
        newer = sum(piece.evidence.id not in known for piece in judged.gathered.pieces)
        warnings = tuple(f"{damage.got}. {damage.remedy}" for damage in judged.damaged)
    else:
        newer, warnings = 0, (judged.words,)
    return ToSend(
        claim_id=newest.claim_id,
        version=newest.version,
        draft=newest.draft,
        sendable=newest.sendable,
        text=files[name].decode(),
        file=name,
        directory=place,
        box="Appeal decision" if appeal else "Respond to Amazon",
        record=record_command(newest.claim_id, "appeal" if appeal else "response", newest.version),
        for_buyer=FOR_BUYER in files,
        newer=newer,
        waits=row is not None and row.built_not_sent is not None,
        warnings=warnings,
    )
