"""The limits of one notice. In a notice that asks, no number of hours or days and no date is passed over, and in a
decision none that may be the appeal's: what no row of the tables reads is told, and read where it comes earliest."""

from __future__ import annotations

import datetime as dt
import re

from a2z_defense.model.mail import DueKind, DueReading
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.readers.mail.kinds import asks
from a2z_defense.readers.mail.limits import Limit, conditional, elsewhere
from a2z_defense.readers.mail.mime import Troubles
from a2z_defense.readers.mail.near_days import near_days
from a2z_defense.readers.mail.net import Found, Reader, asking, hints, searched, without

SHORTEST_HOURS = 48
"""The shortest limit on Amazon's newest help page for a first request (Seller Central help 1781, about 2021-23): a
limit whose words are not understood never gives more."""
LONGEST_DAYS = 7
"""A longer count is the limit of the answer only in a sentence that asks. Known requests give 48 hours to 3 days."""
_CLAUSE = re.compile(r"[,;] (?!\d{4}\b)| (?:or|otherwise|so|and|oppure|altrimenti|sonst|oder|sinon|ou|o|u) ")
_UNSURE = "not sure to be the limit of the answer: the earliest reading is taken"
_UNSURE_APPEAL = "not sure to be the limit of the appeal: the earliest reading is taken"
_UNREAD = "these words seem to state a limit that could not be read: look in Seller Central; until then it is due now"
_PAST = "the date lies before the notice: look in Seller Central; until then it is due now"


def asked_limits(
    sentences: list[str],
    marketplace: Marketplace | None,
    sent_at: dt.datetime | None,
    troubles: Troubles,
    *,
    certain: bool,
) -> tuple[DueReading, ...]:
    """Every reading of every limit in the flat `sentences` of a notice that asks for something. Not `certain`: it may
    only say that a claim was received, and then its limit is for a request that is still to come."""
    reader = Reader(sentences, marketplace, sent_at)
    sure: list[DueReading] = []
    beside: list[DueReading] = []
    over: list[tuple[str, Limit]] = []
    rest: list[str] = []
    doubtful: list[str] = []
    for sentence in sentences:
        if conditional(sentence):
            doubtful.append(sentence)
        elif elsewhere(sentence):
            for clause in _CLAUSE.split(sentence):
                if elsewhere(clause):
                    doubtful.append(clause)
                else:
                    beside += [one for limit in reader.limits(clause) for one in limit.readings]
                    rest.append(without(clause, reader.limits(clause)))
        else:
            limits = reader.limits(sentence)
            for one in (one for limit in limits for one in limit.readings):
                (beside if _long(one) and not asks(sentence) else sure).append(one)
            if limits and all(limit.past for limit in limits):
                over.append((sentence, limits[0]))
            rest.append(without(sentence, limits))
    sure += [_over(sentence, limit, sent_at, troubles) for sentence, limit in over if asks(sentence)]
    unread = [found for sentence in (rest if sure else rest + doubtful) for found in reader.unread(sentence)]
    if not (sure or beside or unread) and sent_at is not None:
        unread = [found for line in rest if asking(line) for found in near_days(line, marketplace, sent_at)]
    if not (sure or beside or unread):
        sure += [_over(sentence, limit, sent_at, troubles) for sentence, limit in over[:1]]
    if not (sure or beside or unread) and (hint := next(filter(hints, rest), None)):
        return _due_now(hint.strip()[:120], sent_at, troubles)
    for words, _ in unread[:5]:
        troubles.add(f"the notice says “{words}”, and whether that is its time limit could not be read")
    found = [*sure, *beside, *_loose(unread, _UNSURE)]
    if (
        found
        and not (sure and certain)
        and not any(one.kind is DueKind.HOURS and (one.count or 0) <= SHORTEST_HOURS for one in found)
    ):
        capped = f"{_UNSURE}, and no later than {SHORTEST_HOURS} hours, the shortest limit that Amazon's help names"
        found.append(DueReading(kind=DueKind.HOURS, count=SHORTEST_HOURS, text=found[0].text, note=capped))
    return _unique(found)


def appeal_limits(
    sentences: list[str],
    marketplace: Marketplace | None,
    sent_at: dt.datetime | None,
    troubles: Troubles,
    *,
    pays: bool,
) -> tuple[DueReading, ...]:
    """Every reading of every limit for an appeal that the flat `sentences` of a decision state.

    A limit is sure in the sentence that speaks of the appeal, or in the one after it. The seller `pays`, as far as the
    decision tells: then every other count and date up to the general limit is an early reading, and is told, unless its
    clause is about something else: a refund, a credit, a delivery, the buyer, what Amazon will do.
    """
    reader = Reader(sentences, marketplace, sent_at)
    found: list[DueReading] = []
    unread: list[Found] = []
    maybe: list[Found] = []
    before = False
    for sentence in sentences:
        appeals = searched("appeals", sentence)
        if searched("not_appeals", sentence):
            before = appeals
            continue
        limits = reader.limits(sentence)
        if appeals or (before and searched("appeals_on", sentence)):
            found += [one for limit in limits for one in limit.readings]
            unread += reader.unread(without(sentence, limits))
            if limits and all(limit.past for limit in limits) and not searched("past", sentence):
                found.append(_over(sentence, limits[0], sent_at, troubles))
        elif pays and not searched("past", sentence):
            for clause in _CLAUSE.split(sentence):
                if not searched("not_appeals", clause):
                    inside = reader.limits(clause)
                    maybe += [(clause[one.start : one.end], list(one.readings)) for one in inside]
                    maybe += reader.unread(without(clause, inside))
        before = appeals
    unread += [(words, readings) for words, readings in maybe if any(map(reader.is_early, readings))]
    early = [(words, [one for one in readings if reader.is_early(one)]) for words, readings in unread]
    for words, _ in unread[:5]:
        troubles.add(f"the decision says “{words}”, and whether that is the appeal's limit could not be read")
    return _unique([*found, *_loose(early, _UNSURE_APPEAL)])


def _loose(unread: list[Found], note: str) -> list[DueReading]:
    return [
        one.model_copy(update={"note": f"{note}; {one.note}" if one.note else note})
        for _, found in unread[:20]
        for one in found
    ]


def _due_now(words: str, sent_at: dt.datetime | None, troubles: Troubles) -> tuple[DueReading, ...]:
    troubles.add(f"a time limit seems to stand in “{words}”; it could not be read, so the answer is due now")
    return (DueReading(kind=DueKind.INSTANT, at=sent_at, text=words, note=_UNREAD),) if sent_at else ()


def _over(sentence: str, limit: Limit, sent_at: dt.datetime | None, troubles: Troubles) -> DueReading:
    """A stated date that was over when the notice was sent: a slip, or a date that was misread."""
    words = sentence[limit.start : limit.end].strip()[:120]
    troubles.add(f"the limit “{words}” lies before the notice itself: look in Seller Central; until then it is due now")
    return DueReading(kind=DueKind.INSTANT, at=sent_at, text=words, note=_PAST)


def _long(one: DueReading) -> bool:
    """Longer than any request for information that is known of: more likely a return window."""
    return (one.count or 0) > LONGEST_DAYS * (24 if one.kind is DueKind.HOURS else 1)


def _unique(found: list[DueReading]) -> tuple[DueReading, ...]:
    once: dict[tuple[object, ...], DueReading] = {}
    for one in found:
        once.setdefault((one.kind, one.count, one.at, one.from_claim), one)
    return tuple(once.values())
