"""What of the buyer's was answered too late, or not at all: told to the seller, who may read it in his own answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from a2z_defense.base.instants import utc_text
from a2z_defense.model.mail import MailKind
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.probes.messages import replies
from a2z_defense.policy.reached import is_automatic, not_delivered


def slow_answers(facts: Facts) -> Iterator[str]:
    """Answers that came after more than the time in which Amazon grants a claim: the text then tells no times."""
    grant = facts.tables.rule("message_grant")
    for mail, answered, _ in replies(facts):
        asked = mail.read.sent_at
        if asked is not None and answered is not None and answered > asked + grant.span:
            what = f"the buyer's message of {utc_text(asked)} ({mail.evidence})"
            yield (
                f"{what} was answered after more than {grant.amount} hours, so the answer leaves out the reply times:"
                f" {grant.text}"
            )


def unanswered_cancellation(facts: Facts) -> Iterator[str]:
    """A request to cancel that came before anything was shipped, and to which nothing shows an answer."""
    asked = facts.instant("cancellation_requested_at")
    order = facts.case.order
    if asked is None or facts.first("cancelled_at") or (order and order.fulfillment_status == "CANCELLED"):
        return
    at, exhibit = asked
    shipped = _shipped(facts)
    if (shipped is not None and shipped <= at) or _wrote_since(facts, at):
        return
    yield (
        f"the buyer asked to cancel on {utc_text(at)} ({exhibit}), before a shipment is shown, and nothing shows an"
        " answer: look for what was done, and state it"
    )


def _shipped(facts: Facts) -> dt.datetime | None:
    """The first sign that something had left: a scan, or a shipment that the seller confirmed."""
    scans = [scan.at for parcel in facts.parcels for scan in parcel.physical_scans() if scan.at]
    sent = [p.ship_time for p in (facts.case.order.packages if facts.case.order else ()) if p.ship_time]
    return min([*scans, *sent], default=None)


def _wrote_since(facts: Facts, at: dt.datetime) -> bool:
    failed = not_delivered(facts.case)
    return any(
        mail.read.kind is MailKind.SELLER_MESSAGE
        and mail.read.sent_at is not None
        and mail.read.sent_at >= at
        and mail.evidence not in failed
        and not is_automatic(mail)
        for mail in facts.case.messages
    )
