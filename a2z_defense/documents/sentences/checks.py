"""Where Amazon itself can check what the answer says: nobody there can open an exhibit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from a2z_defense.documents.facts import Spoken
from a2z_defense.documents.said import Said, joined
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.policy.phrases import speaks_against


def pointed_at(w: Writer) -> list[Spoken]:
    """Our messages that an answer may point at: sent and delivered, and nothing in them that may stand against it."""
    ours = [one for one in w.facts.conversation if one.by_seller and one.reached]
    tables = w.facts.told.tables
    texts = [(one, one.mail.read.message.text if one.mail.read.message else "") for one in ours]
    return [one for one, text in texts if not speaks_against(text, tables)]


def where(w: Writer) -> Iterator[Said | None]:
    """Where Amazon itself can check; nobody there can open an exhibit."""
    places: list[Said] = []
    order, case = w.facts.case.order, w.facts.case
    if order and (told := w.say(w.t("check.orders"), order.evidence)):
        places.append(told)
    if case.returns and (told := w.say(w.t("check.returns"), *(row.evidence for row in case.returns))):
        places.append(told)
    for parcel in w.facts.defended:
        if told := w.fill("check.tracking", number=w.number(parcel)):
            places.append(told)
    ours = [one.mail for one in pointed_at(w)]
    if ours and (told := w.fill("check.message", at=w.at(ours[-1].read.sent_at, ours[-1].evidence))):
        places.append(told)
    dates: list[tuple[dt.datetime, str]] = [(one.posted_at, one.evidence) for one in w.facts.refunds if one.posted_at]
    if dates and (told := w.fill("check.refund", on=w.day(*max(dates)))):
        places.append(told)
    if places:
        yield w.fill("check.amazon", places=joined(w.t("check.glue"), places))
