"""Clocks that are listed and never move the deadline: messages, chargeback, own targets, requested evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from a2z_defense.base.config import Team
from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import Clock, ClockKind, Deadline, Item, ItemState, Status
from a2z_defense.model.entries import EntryKind, RecordKind
from a2z_defense.model.mail import MailKind, Outcome
from a2z_defense.policy.deadline import after, appeal_start, made, places_of
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.probes.messages import replies
from a2z_defense.policy.tables import DeadlineRule
from a2z_defense.policy.team import is_configured, last_staffed


class OtherClocks:
    """Makes the listed clocks of one case."""

    def __init__(self, facts: Facts, country: str | None) -> None:
        self.facts = facts
        self.country = country

    def rule(self, use: str) -> DeadlineRule:
        return self.facts.tables.rule(use, self.country)

    def all(self, deadline: Deadline, items: tuple[Item, ...], team: Team, zone: str) -> tuple[Clock, ...]:
        """Every listed clock, the most urgent first."""
        found = [*self._messages(), *self._chargebacks(), *self._appeals(), *self._requested(items)]
        found += self._own(deadline, team, zone)
        return tuple(sorted(found, key=lambda clock: (clock.act_by, clock.kind.value, clock.started_by or "")))

    def _messages(self) -> Iterator[Clock]:
        """The oldest message of the buyer that has no answer yet."""
        if self.facts.life.status() is Status.CLOSED:
            return
        advised, may_file, grant = (self.rule(use) for use in ("message_advised", "message_may_file", "message_grant"))
        for mail, answered, _ in replies(self.facts):
            start = mail.read.sent_at
            if answered is None and start is not None:
                other = f"{utc_text(after(start, may_file))}: {may_file.text}"
                clock = made(
                    ClockKind.MESSAGE_REPLY, after(start, grant), after(start, advised), advised, start, mail.evidence
                )
                yield clock.model_copy(update={"readings": (other, f"{utc_text(clock.at)}: {grant.text}")})
                return

    def _chargebacks(self) -> Iterator[Clock]:
        rule = self.rule("chargeback")
        for mail in self.facts.case.other_mails:
            if mail.read.kind is MailKind.CHARGEBACK:
                start = mail.read.sent_at
                end = after(start, rule, *places_of(self.facts.case)) if start else mail.obtained_at
                yield made(ClockKind.CHARGEBACK, end, end, rule, start, mail.evidence)

    def _appeals(self) -> Iterator[Clock]:
        """An appeal's result, and what is left of the 30 days after an appeal that failed."""
        life = self.facts.life
        granted = [found for found in life.happenings if found.outcome is Outcome.GRANTED]
        outcome = life.outcome()
        if not granted or outcome is None:
            return
        if outcome.outcome is Outcome.UPHELD:
            rule = self.rule("appeal_again")
            start, exhibit = appeal_start(life, granted[-1])
            end = after(start, rule, *places_of(self.facts.case))
            yield made(ClockKind.OTHER, end, end, rule, start, exhibit)
            return
        appealed = life.first(RecordKind.APPEALED, granted[-1].at)
        if appealed is not None and outcome.outcome is Outcome.GRANTED:
            rule = self.rule("appeal_result")
            end = after(appealed.at, rule)
            yield made(ClockKind.APPEAL_RESULT, end, end, rule, appealed.at, appealed.exhibit)

    def _requested(self, items: tuple[Item, ...]) -> Iterator[Clock]:
        open_items = {item.id for item in items if item.state is ItemState.REQUESTED}
        rule = self.rule("requested_evidence")
        for entry in self.facts.case.entries:
            latest = entry.kind is EntryKind.ASKED and self.facts.requested(entry.item or "") == entry
            if latest and entry.item in open_items and entry.due_at is not None:
                yield made(ClockKind.REQUESTED_EVIDENCE, entry.due_at, entry.due_at, rule, entry.at, entry.id)

    def _own(self, deadline: Deadline, team: Team, zone: str) -> Iterator[Clock]:
        if deadline.act_by is None:
            return
        if team.lead_time > dt.timedelta(0):
            at = deadline.act_by - team.lead_time
            yield made(ClockKind.INTERNAL_TARGET, at, at, self.rule("internal_target"), None, deadline.started_by or "")
        if is_configured(team):
            moment = last_staffed(team, deadline.act_by, zone)
            if moment is not None:
                yield made(
                    ClockKind.LAST_STAFFED, moment, moment, self.rule("last_staffed"), None, deadline.started_by or ""
                )
