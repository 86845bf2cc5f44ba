"""Properties that hold for any evidence: deadlines, zones, removal."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import casefile
from support import cases as c

from a2z_defense.model.assessment import Assessment, Decided, ItemState, Level
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.days import calendar_days_end, midnight_after
from a2z_defense.model.entries import AttachmentKind, Entry, RecordKind
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import DueKind, DueReading, Funder, MailKind, Outcome, Trust
from a2z_defense.model.marketplaces import MARKETPLACES
from a2z_defense.policy.assess import assess
from a2z_defense.policy.conflicts import conflicts_of
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.items import Looker
from a2z_defense.policy.reason import reason_of
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
FAR = dt.datetime.max.replace(tzinfo=dt.UTC)
ZONES = sorted({found.zone for found in MARKETPLACES})
BASE = c.at("03-12 07:00")
NUMBERS = itertools.count()
"""No two drawn notices are copies of each other."""

offsets = st.integers(0, 12 * 24 * 60).map(lambda minutes: BASE + dt.timedelta(minutes=minutes))
EPOCH = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
starts = st.integers(0, 20 * 366 * 24 * 3600).map(lambda seconds: EPOCH + dt.timedelta(seconds=seconds))
limits = st.one_of(
    st.builds(lambda count: c.due(DueKind.HOURS, count), st.integers(1, 200)),
    st.builds(lambda count: c.due(DueKind.CALENDAR_DAYS, count), st.integers(1, 9)),
)
trusts = st.sampled_from([Trust.AUTHENTICATED, Trust.UNVERIFIED, Trust.ALTERED, Trust.UNAUTHENTICATED])


@st.composite
def notices(draw: st.DrawFn, *, latest: dt.datetime | None = None) -> Mail:
    kind = draw(st.sampled_from([MailKind.CLAIM_RECEIVED, MailKind.ACTION_REQUIRED, MailKind.CLAIM_UNRECOGNISED]))
    start = draw(offsets)
    if latest is not None and start > latest:
        start = latest
    unknown = draw(st.booleans()) and draw(st.booleans())
    due: list[DueReading] = draw(st.lists(limits, max_size=2)) if kind is not MailKind.CLAIM_RECEIVED else []
    obtained = start + dt.timedelta(minutes=draw(st.integers(1, 3000)))
    name = f"notice {next(NUMBERS)}"
    return c.notice(
        kind,
        None if unknown else start.isoformat(),
        obtained=obtained.isoformat(),
        due=due,
        trust=draw(trusts),
        name=name,
    )


entries = st.lists(
    st.one_of(
        st.builds(lambda at: c.recorded(RecordKind.SEEN, at.isoformat(), tab="under-review"), offsets),
        st.builds(lambda at: c.recorded(RecordKind.SEEN, at.isoformat(), tab="action-required"), offsets),
        st.builds(lambda at: c.recorded(RecordKind.RESPONDED, at.isoformat()), offsets),
    ),
    max_size=3,
)


def act_by(case: Case) -> dt.datetime:
    return assess(case, TABLES).deadline.act_by or FAR


def in_order(mails: list[Mail]) -> list[Mail]:
    return sorted(mails, key=lambda mail: (mail.read.sent_at or mail.obtained_at, mail.evidence))


@settings(max_examples=150, deadline=None)
@given(known=st.lists(notices(), min_size=1, max_size=4), said=entries, data=st.data())
def test_an_older_notice_or_a_copy_never_moves_the_deadline_later(
    known: list[Mail], said: list[Entry], data: st.DataObject
) -> None:
    oldest = min(mail.read.sent_at or BASE for mail in known)  # an unknown date may be as old as any
    if data.draw(st.booleans()):
        chosen = data.draw(st.integers(0, len(known) - 1))
        named = known[chosen].read.model_copy(update={"message_id": "one@example.net"})
        original = known[chosen] = known[chosen].model_copy(update={"read": named})
        later = (original.read.sent_at or BASE) + dt.timedelta(hours=data.draw(st.integers(1, 99)))
        read = original.read.model_copy(update={"sent_at": later})
        added = original.model_copy(update={"evidence": c.ev("a copy"), "read": read})
        if original.read.sent_at is None:
            return  # a copy with a date makes an unknown start known: that is better evidence, not a later copy
    else:
        added = data.draw(notices(latest=oldest))
    before = c.case(notices=in_order(known), entries=said)
    after = c.case(notices=in_order([*known, added]), entries=said)
    assert act_by(after) <= act_by(before)


def test_an_older_notice_between_two_looks_never_moves_the_deadline_later() -> None:
    """Found by the property above: the claim was seen before the first mail about it that was known."""
    looks = [
        c.recorded(RecordKind.SEEN, "2026-03-12T07:00Z", tab="under-review"),
        c.recorded(RecordKind.SEEN, "2026-03-12T07:01Z", tab="action-required"),
    ]
    known = c.notice(MailKind.CLAIM_RECEIVED, "2026-03-12T07:02Z")
    older = c.notice(MailKind.CLAIM_RECEIVED, "2026-03-12T07:01Z", name="older")
    before = act_by(c.case(notices=[known], entries=looks))
    assert before == c.at("03-14 07:00")
    assert act_by(c.case(notices=[older, known], entries=looks)) == before


@settings(max_examples=60, deadline=None)
@given(known=st.lists(notices(), min_size=1, max_size=3), said=entries, which=st.integers(0, 5), when=offsets)
def test_evidence_that_is_no_notice_never_moves_the_deadline_later(
    known: list[Mail], said: list[Entry], which: int, when: dt.datetime
) -> None:
    known = in_order(known)
    before = c.case(notices=known, entries=said, order=None, shipments=[], finances=None)
    at = when.isoformat()
    choices: list[dict[str, object]] = [
        {"order": c.order()},
        {"shipments": [c.shipment()]},
        {"finances": c.finances(c.movement(MovementKind.CLAIM_DEBIT, when=at))},
        {"messages": [c.message("Where is it?", at)]},
        {"other_mails": [c.mail(MailKind.CHARGEBACK, at)]},
        {"entries": [*said, c.attached(AttachmentKind.POD), c.stated("signed_by", "Anna Zeta")]},
    ]
    more = choices[which]
    after = before.model_copy(update={key: tuple(v) if isinstance(v, list) else v for key, v in more.items()})
    assert act_by(after) <= act_by(before)


@settings(max_examples=80, deadline=None)
@given(
    start=offsets,
    days=st.integers(1, 9),
    told=st.lists(st.sampled_from(["IT", "US", "JP", "AU", None]), min_size=1, max_size=3),
    country=st.sampled_from(["IT", "US", "JP", "BR"]),
    decided=st.booleans(),
)
def test_learning_the_marketplace_from_the_order_never_moves_the_deadline_later(
    start: dt.datetime, days: int, told: list[str | None], country: str, *, decided: bool
) -> None:
    limit = [c.due(DueKind.CALENDAR_DAYS, days)]
    mails = [_from(c.notice(when=start.isoformat(), due=limit, name=f"notice {next(NUMBERS)}"), one) for one in told]
    if decided:
        mails.append(_from(c.decided(Outcome.GRANTED, (start + dt.timedelta(days=1)).isoformat()), told[0]))
    own = next((mail.read.marketplace_id for mail in mails if mail.read.marketplace_id), None)
    before = c.case(notices=mails, order=None, finances=None).model_copy(update={"marketplace_id": own})
    after = before.model_copy(update={"order": c.order(country=country), "marketplace_id": c.market(country)})
    assert act_by(after) <= act_by(before)


def _from(mail: Mail, country: str | None) -> Mail:
    place = c.market(country) if country else None
    return mail.model_copy(update={"read": mail.read.model_copy(update={"marketplace_id": place})})


@settings(max_examples=60, deadline=None)
@given(when=offsets, debit=offsets, funder=st.sampled_from(list(Funder)))
def test_a_debit_never_moves_an_appeal_later(when: dt.datetime, debit: dt.datetime, funder: Funder) -> None:
    mails = [c.notice(when=BASE.isoformat()), c.decided(Outcome.GRANTED, when.isoformat(), funded_by=funder)]
    before = c.case(notices=mails, finances=c.finances())
    after = c.case(notices=mails, finances=c.finances(c.movement(MovementKind.CLAIM_DEBIT, when=debit.isoformat())))
    assert act_by(after) <= act_by(before)


@settings(max_examples=300, deadline=None)
@given(start=starts, days=st.integers(1, 40), zone=st.sampled_from(ZONES))
def test_calendar_days_are_read_at_their_earliest(start: dt.datetime, days: int, zone: str) -> None:
    market = next(found for found in MARKETPLACES if found.zone == zone)
    end = calendar_days_end(start, days, market.id)
    assert end <= start + dt.timedelta(days=days)
    assert end <= midnight_after(start, days, zone)
    assert end > start + dt.timedelta(days=days - 1) - dt.timedelta(hours=2)  # a day may be an hour short
    assert calendar_days_end(start, days, None) <= end
    later = calendar_days_end(start + dt.timedelta(hours=1), days, market.id)
    assert later >= end


@settings(max_examples=200, deadline=None)
@given(start=starts, zone=st.sampled_from(ZONES))
def test_midnight_is_the_first_moment_of_the_day_in_its_zone(start: dt.datetime, zone: str) -> None:
    place = ZoneInfo(zone)
    end = midnight_after(start, 1, zone).astimezone(place)
    before = (end.astimezone(dt.UTC) - dt.timedelta(seconds=1)).astimezone(place)
    assert before.date() == start.astimezone(place).date()
    assert end.date() > before.date()


@pytest.fixture
def machine_zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("machine_zone")
def test_nothing_depends_on_the_machines_zone() -> None:
    told = [casefile.build(casefile.read(path)) for path in casefile.files() if path.stem.startswith(("clock", "any"))]
    seen = []
    for zone in ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu"):
        os.environ["TZ"] = zone
        time.tzset()
        seen.append([assess(case, TABLES).model_dump_json() for case in told])
    assert all(found == seen[0] for found in seen)


FILES = casefile.files()


@pytest.mark.parametrize("half", range(4))
def test_removing_evidence(half: int) -> None:
    """What is taken away is named nowhere; no blocker is lifted unless the piece itself spoke against the item, and no
    claim becomes ready unless the piece itself spoke against an answer."""
    for path in FILES[half::4]:
        case = casefile.build(casefile.read(path))
        before = assess(case, TABLES)
        for piece in case.evidence:
            reduced = c.without(case, piece.id)
            after = assess(reduced, TABLES)
            assert piece.id not in after.model_dump_json(), (path.stem, piece.id)
            _no_blocker_lifted(path, _said_by(case, piece.id), before, after)
            if _passes(after) and not _passes(before):
                assert _said_by(case, piece.id) & _against(case, before), (path.stem, piece.id)


def _said_by(case: Case, evidence_id: str) -> set[str]:
    """The piece, and the exhibits that an entry of the seller speaks of: without the entry they say nothing."""
    entries = [entry for entry in case.entries if entry.id == evidence_id]
    return {evidence_id} | {id_ for entry in entries for id_ in (entry.from_exhibit, entry.file) if id_}


def _passes(found: Assessment) -> bool:
    """True when an answer could be sent as it is."""
    return found.decision in {Decided.DEFEND, Decided.NOT_ACTIONABLE} and not found.blockers


def _against(case: Case, found: Assessment) -> set[str]:
    """What speaks against an answer: the exhibits of contradictions, alarms, harm that is there and needs that are
    shown not to be met, whatever defence was chosen."""
    named = {id_ for one in found.contradictions for id_ in one.between}
    named |= {piece.id for piece in case.evidence if any(piece.id in alarm for alarm in found.alarms)}
    facts = facts_of(case, TABLES)
    looker = Looker(facts, reason_of(facts), conflicts_of(facts))
    harmful = {item_id for defence in TABLES.defences for item_id in defence.harmful}
    for definition in TABLES.catalogue:
        for parcel in facts.claimed_parcels if definition.per == "parcel" else (None,):
            level = Level.HARMFUL if definition.id in harmful else Level.REQUIRED
            looked = looker.item(definition, level, None, parcel)
            there = looked.state in {ItemState.HELD, ItemState.NOT_APPLICABLE}
            named |= set(looked.exhibits) if there is (level is Level.HARMFUL) else set()
    return named


def _no_blocker_lifted(path: Path, removed: set[str], before: Assessment, after: Assessment) -> None:
    if before.defence is None or after.defence is None or before.defence.id != after.defence.id:
        return
    against = {item.id for item in before.items if removed & set(item.exhibits)}
    disputed = any(removed & set(found.between) for found in before.contradictions)
    for blocker in before.blockers:
        if blocker in after.blockers or blocker in against or disputed:
            continue
        item = before.item(blocker)
        group = {other.id for other in before.items if item and item.group and other.group == item.group}
        assert group & against, (path.stem, removed, blocker)


def test_the_same_case_gives_the_same_bytes() -> None:
    for path in FILES[::10]:
        told = casefile.read(path)
        first, second = (assess(casefile.build(told), TABLES).model_dump_json() for _ in range(2))
        assert first == second
        assert Assessment.model_validate(json.loads(first)).model_dump_json() == first
