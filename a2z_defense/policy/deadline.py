"""*The* deadline: the earliest of response, appeal and check. Clock-free: the same case always has the same deadline.

An explicit limit in the notice wins, in its earliest reading. An unknown start is due at the moment we learned of it.
A later copy of a notice can only move a deadline earlier; a newer notice moves it later only when it comes from Amazon
at least as well authenticated as the older, and either states its own limit or comes after the older had run out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import Clock, ClockKind, Deadline, DeadlineKind, Status
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.days import calendar_days_end
from a2z_defense.model.entries import RecordKind
from a2z_defense.model.mail import DueKind, DueReading, Funder, Trust
from a2z_defense.model.marketplaces import by_id
from a2z_defense.policy.happenings import Happening, Request, rank_of, rank_of_trust, when
from a2z_defense.policy.life import Life
from a2z_defense.policy.tables import DeadlineRule, Tables

_KINDS = {
    ClockKind.RESPONSE: DeadlineKind.RESPONSE,
    ClockKind.APPEAL: DeadlineKind.APPEAL,
    ClockKind.CHECK: DeadlineKind.CHECK,
}
_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Of a claim of which nothing is left, not even when it became known: whenever that was, its look is due."""


class Clocks:
    """Makes the clocks of one case."""

    def __init__(self, case: Case, life: Life, tables: Tables) -> None:
        self.case = case
        self.life = life
        self.tables = tables
        market = by_id(case.marketplace_id) if case.marketplace_id else None
        self.country = market.country if market else None
        self.places = places_of(case)

    def main(self) -> tuple[Clock, ...]:
        """The running clocks that can be the deadline: response, appeal, check.

        A look runs beside a request only when that one is of unknown date, not newer than the notice that asks for the
        look, or less authenticated than it. If the look is due first, the request takes its place and its moment: a
        look never bands above due soon and must not hide a request, and such a request moves no deadline later.
        """
        responses, checks = list(self._responses()), list(self._check())
        if responses and checks and responses[0].act_by >= checks[0].act_by:
            responses = [_in_place_of(checks.pop(), responses[0])]
        return tuple(sorted([*responses, *self._appeal(), *checks], key=_urgency) or self._unexplained())

    def rule(self, use: str) -> DeadlineRule:
        """The rule for `use` in this case's marketplace."""
        return self.tables.rule(use, self.country)

    # response

    def _responses(self) -> Iterator[Clock]:
        running: list[tuple[Request, Clock]] = []
        for request in self.life.open_requests():
            clock = self._response(request)
            replaced = [at for older, at in running if _supersedes(request, older, at)]
            running = [(older, at) for older, at in running if at not in replaced]
            gone = tuple(f"a request that this one replaces, by {c.rule}: {utc_text(c.act_by)}" for c in replaced)
            running.append((request, clock.model_copy(update={"readings": (*clock.readings, *gone)})))
        if running:
            clocks = sorted((clock for _, clock in running), key=_urgency)
            others = tuple(f"another request, by {c.rule}: {utc_text(c.act_by)}" for c in clocks[1:])
            yield clocks[0].model_copy(update={"readings": (*clocks[0].readings, *others)})

    def _response(self, request: Request) -> Clock:
        if request.due_at is not None:
            return self._clock(ClockKind.RESPONSE, request.due_at, request.due_at, "response_seen_due", request)
        stated = self._stated(request.due, request.start)
        if stated:
            at = stated[0][0]
            others = tuple(f"{utc_text(end)}: {note or text}" for end, text, note in stated[1:])
            words = _applied(stated[0])
            return self._clock(ClockKind.RESPONSE, at, at, "response_stated", request, words=words, readings=others)
        if request.start is None:
            return self._clock(
                ClockKind.RESPONSE, request.known_at, request.known_at, "response_unknown_start", request
            )
        longest, shortest = self.rule("response_at"), self.rule("response_act_by")
        at, act_by = after(request.start, longest), after(request.start, shortest)
        if request.seen:
            if request.not_before is not None:
                # It may have begun right after we last looked; what that makes overdue is due when it was found.
                at = min(at, after(request.not_before, longest))
                act_by = min(act_by, max(request.start, after(request.not_before, shortest)))
            return self._clock(ClockKind.RESPONSE, at, min(act_by, at), "response_seen", request)
        other = f"{utc_text(at)}: {longest.text} ({longest.cited})"
        return self._clock(ClockKind.RESPONSE, at, min(act_by, at), "response_act_by", request, readings=(other,))

    def _stated(self, due: Iterable[DueReading], start: dt.datetime | None) -> list[tuple[dt.datetime, str, str]]:
        """(end, words, note) of each limit that a notice states and that can be counted, the earliest first."""
        return sorted((end, one.text, one.note) for one in due if (end := self._end(one, start)) is not None)

    def _end(self, due: DueReading, start: dt.datetime | None) -> dt.datetime | None:
        if due.kind is DueKind.INSTANT:
            return due.at
        if due.count is None or start is None:
            return None
        begin = start
        if due.from_claim and self.life.claim_early is not None:
            # What was over before it was told is due at once.
            begin = min(start, self.life.claim_early)
        if due.kind is DueKind.HOURS:
            return max(start, begin + dt.timedelta(hours=due.count))
        return max(start, calendar_days_end(begin, due.count, *self.places))

    # appeal

    def _appeal(self) -> Iterator[Clock]:
        decisions = self.life.appealable()
        if not decisions or self.life.funder(decisions[-1]) is Funder.AMAZON:
            return
        for record in (RecordKind.APPEALED, RecordKind.CLOSED):
            decisions = tuple(found for found in decisions if not self.life.first(record, found.at))
        yield from sorted(map(self._appeal_clock, decisions), key=_urgency)[:1]

    def _appeal_clock(self, found: Happening) -> Clock:
        """An explicit limit in the decision wins, in its earliest reading; one in a mail that Amazon did not sign can
        only move the deadline earlier."""
        general = self._general_appeal(found)
        stated = self._stated(found.due, found.at if found.start_known else None)
        if not stated or (stated[0][0] > general.act_by and found.rank < rank_of_trust(Trust.AUTHENTICATED)):
            return general
        end = stated[0][0]
        readings = tuple(f"{utc_text(at)}: {note or text}" for at, text, note in stated[1:])
        readings += (f"{utc_text(general.act_by)}: {general.rule}",)
        rule = self.rule("appeal_stated")
        clock = made(ClockKind.APPEAL, end, end, rule, general.started_at, found.exhibit, readings)
        return clock.model_copy(update={"rule_text": f"{rule.text}: {_applied(stated[0])}"})

    def _general_appeal(self, found: Happening) -> Clock:
        if not found.start_known:
            rule = self.rule("appeal_unknown_start")
            return made(ClockKind.APPEAL, found.at, found.at, rule, None, found.exhibit)
        start, exhibit = appeal_start(self.life, found)
        rule = self.rule("appeal" if self.life.funder(found) is Funder.SELLER else "appeal_funder_unknown")
        end = after(start, rule, *self.places)
        return made(ClockKind.APPEAL, end, end, rule, start, exhibit)

    # check

    def _check(self) -> Iterator[Clock]:
        """The earliest look that is due: of several received mails each asks for its own."""
        looks = [self._look(mail) for mail in self.life.received if not self._stopped(mail)]
        yield from sorted(looks, key=_urgency)[:1]

    def _look(self, mail: Mail) -> Clock:
        rule, again = self.rule("check_first"), self.rule("check_again")
        start = mail.read.sent_at
        due = after(start, rule) if start is not None else mail.obtained_at
        seen = [when(entry) for entry in self.life.seen if when(entry) >= _start(mail)]
        if seen and after(seen[-1], again) > due:
            due, rule = after(seen[-1], again), again
        return made(ClockKind.CHECK, due, due, rule, start, mail.evidence)

    def _unexplained(self) -> Iterator[Clock]:
        """A claim that is open as far as is known always has a clock. Where nothing that can be read tells what Amazon
        waits for (the notice is purged or lost, the tab shows no request any more), somebody has to look. After a
        request that was missed there is only Amazon's decision to wait for."""
        missed = any(found.record is RecordKind.MISSED for found in self.life.happenings)
        if missed or self.life.status() is not Status.OPEN:
            return
        known = sorted((piece.provenance.obtained_at, piece.id) for piece in self.case.evidence)
        rule, (due, by) = self.rule("check_unexplained"), known[0] if known else (_LONG_AGO, "")
        if self.life.seen:
            rule, by = self.rule("check_again"), self.life.seen[-1].id
            due = after(when(self.life.seen[-1]), rule)
        yield made(ClockKind.CHECK, due, due, rule, None, by)

    def _stopped(self, mail: Mail) -> bool:
        start = _start(mail)
        # A request of unknown date, or of a weaker mail, stops nothing: it runs beside the check, the earlier counts.
        asked = [found for found in self.life.requests if found.start is not None and found.rank >= rank_of(mail)]
        if any(one.moment > start or (one.seen and one.moment == start) for one in asked):
            return True
        return any(
            found.at >= start
            and found.rank >= rank_of(mail)
            and found.record not in {RecordKind.MESSAGED, RecordKind.APPEALED}
            for found in self.life.happenings
        )

    def _clock(
        self,
        kind: ClockKind,
        at: dt.datetime,
        act_by: dt.datetime,
        use: str,
        request: Request,
        *,
        words: str = "",
        readings: tuple[str, ...] = (),
    ) -> Clock:
        rule = self.rule(use)
        clock = made(kind, at, act_by, rule, request.start, request.exhibit, readings)
        return clock.model_copy(update={"rule_text": f"{rule.text}: {words}"}) if words else clock


def the_deadline(clocks: tuple[Clock, ...]) -> Deadline:
    """The earliest of response, appeal and check; kind `none` when none of them runs."""
    found = min((clock for clock in clocks if clock.kind in _KINDS), key=_urgency, default=None)
    if found is None:
        return Deadline(kind=DeadlineKind.NONE)
    return Deadline(
        kind=_KINDS[found.kind],
        at=found.at,
        act_by=found.act_by,
        rule=found.rule,
        rule_text=found.rule_text,
        source=found.source,
        started_at=found.started_at,
        started_by=found.started_by,
        readings=found.readings,
    )


def appeal_start(life: Life, found: Happening) -> tuple[dt.datetime, str]:
    """The earlier of decision and debit, with its exhibit."""
    return min([(found.at, found.exhibit), *life.debits], key=lambda start: start[0])


def _supersedes(newer: Request, older: Request, clock: Clock) -> bool:
    """True when a newer request takes the older one's place, so that its deadline may be later. One in the same words
    may be a late copy: it does only when the older one was over before it came."""
    if newer.start is None or older.start is None or newer.rank < older.rank or newer.start <= older.start:
        return False
    own_limit = newer.due_at is not None or (bool(newer.due) and not newer.forwarded and not newer.words & older.words)
    return own_limit or clock.at <= newer.start


def _in_place_of(look: Clock, request: Clock) -> Clock:
    """A request that moves no deadline later than the look that it stands for; never due before it began."""
    if request.started_at is None:
        return request.model_copy(update={"at": look.act_by, "act_by": look.act_by})
    own = f"{utc_text(request.act_by)}: the request's own limit; a look in Seller Central is due before it"
    return request.model_copy(
        update={"act_by": max(look.act_by, request.started_at), "readings": (own, *request.readings)}
    )


def _start(mail: Mail) -> dt.datetime:
    return mail.read.sent_at or mail.obtained_at


def places_of(case: Case) -> tuple[str | None, ...]:
    """The marketplaces at whose midnight a calendar day of this case may end; None among them: at any one's.

    What the seller set counts alone. Else every notice has its say beside the order: an answer about the order never
    moves a deadline later.
    """
    if any(entry.marketplace_id for entry in case.entries):
        return (case.marketplace_id,)
    told = [mail.read.marketplace_id for mail in case.notices]
    return tuple(dict.fromkeys([*told, *([case.marketplace_id] if case.marketplace_id or not told else [])]))


def _applied(reading: tuple[dt.datetime, str, str]) -> str:
    """The words of the reading that was applied, and why it was when the words alone do not say it."""
    _, words, note = reading
    return f"“{words}” ({note})" if note else f"“{words}”"


def after(start: dt.datetime, rule: DeadlineRule, *places: str | None) -> dt.datetime:
    """The end of a rule's span that begins at `start`."""
    if rule.unit == "calendar_days":
        return calendar_days_end(start, rule.amount, *places)
    return start + rule.span


def _urgency(clock: Clock) -> tuple[dt.datetime, dt.datetime, str, str]:
    return clock.act_by, clock.at, clock.kind.value, clock.started_by or ""


def made(
    kind: ClockKind,
    at: dt.datetime,
    act_by: dt.datetime,
    rule: DeadlineRule,
    start: dt.datetime | None,
    by: str,
    readings: tuple[str, ...] = (),
) -> Clock:
    """A clock by a rule of the table."""
    return Clock(
        kind=kind,
        at=at.astimezone(dt.UTC),
        act_by=act_by.astimezone(dt.UTC),
        rule=rule.id,
        rule_text=rule.text,
        source=rule.cited,
        started_at=start,
        started_by=by,
        readings=readings,
    )
