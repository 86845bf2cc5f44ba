"""The words of a notification: one digest for everything that one recipient is told in one run.

No personal data: ids, instants, kinds and commands. A buyer's name is put in only when the seller asked for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from a2z_defense.alerts.kinds import Alert, AlertKind
from a2z_defense.alerts.memory import identity
from a2z_defense.base.instants import as_limit

BYTES = 3500
"""Of UTF-8 in a digest. Telegram takes 4,096 characters, ntfy 4,096 bytes; what does not fit is counted."""
MOST = 60
"""Paragraphs that could ever fit into `BYTES`; none is shorter than 60 bytes."""
_BANDS = {
    "overdue": "overdue",
    "6h": "due within 6 hours",
    "24h": "due within 24 hours",
    "48h": "due within 48 hours",
    "later": "due later",
    "none": "to look at",
}
_WORDS = {
    AlertKind.RESPONSE_DUE: "Amazon waits for your answer until {when}.",
    AlertKind.APPEAL_CLOSING: "You may appeal until {when}.",
    AlertKind.APPEAL_RESULT: "Amazon's answer to your appeal should come until {when}.",
    AlertKind.CHECK_SELLER_CENTRAL: "Open it in Seller Central by {when}: a request may be there that no mail told of."
    " Then record which tab it is in.",
    AlertKind.QUARANTINED_NOTICE: "A notice that may be forged is in quarantine. If it is real, the answer is due by"
    " {when}.",
    AlertKind.MESSAGE_UNANSWERED: "The buyer waits for an answer to a message until {when}.",
    AlertKind.NEW_CLAIM: "This claim is new: act by {when}.",
    AlertKind.BUILT_NOT_SENT: "The answer is built and not recorded as sent: paste it into Seller Central, then record"
    " it here.",
    AlertKind.EVIDENCE_MISSING: "Evidence is missing, and the answer is due by {when}.",
    AlertKind.EVIDENCE_REQUESTED: "Evidence that you asked for was to come by {when}. Ask again, or attach it.",
    AlertKind.BEFORE_NEXT_STAFFED: "It falls due {when}, while nobody of the team is there: do it today.",
    AlertKind.CHARGEBACK_DUE: "The chargeback is to be answered by {when}, in its own place in Seller Central.",
    AlertKind.INTERNAL_TARGET: "Your own target for the answer is {when}.",
    AlertKind.SECRET_EXPIRING: "Amazon's secret of the account {subject} expires {when}; then nothing can be fetched."
    " Rotate it in Seller Central.",
    AlertKind.NOTHING_FETCHED: "Nothing was fetched for too long: a new claim would not be seen.",
    AlertKind.QUEUE_STALE: "These deadlines were computed by another version of a2z.",
    AlertKind.QUEUE_UNREADABLE: "The queue cannot be read, so no deadline is watched. Look into Seller Central today.",
    AlertKind.CLOCK_WRONG: "The last fetch lies in the future: this machine's clock is wrong, and so are the times"
    " left.",
}
"""What each kind says."""
_OVERDUE = {
    AlertKind.RESPONSE_DUE: "Your answer to Amazon was due {when}. Send it while the button is there, then prepare"
    " the appeal.",
    AlertKind.APPEAL_CLOSING: "The time to appeal ended {when}.",
    AlertKind.APPEAL_RESULT: "Amazon's answer to your appeal should have come by {when}. Look in Seller Central, then"
    " record it.",
    AlertKind.MESSAGE_UNANSWERED: "The buyer's message was to be answered by {when}.",
    AlertKind.EVIDENCE_MISSING: "Evidence is missing, and the answer was due {when}.",
    AlertKind.CHARGEBACK_DUE: "The chargeback was to be answered by {when}.",
    AlertKind.INTERNAL_TARGET: "Your own target for the answer was {when}.",
    AlertKind.SECRET_EXPIRING: "Amazon's secret of the account {subject} expired {when}: nothing can be fetched."
    " Rotate it in Seller Central.",
}
"""What those say whose words would be wrong once their time has passed."""
_SHORT = {
    AlertKind.NEW_CLAIM: "This claim is new.",
    AlertKind.QUARANTINED_NOTICE: "A notice that may be forged is in quarantine. It states no deadline.",
    AlertKind.EVIDENCE_MISSING: "Evidence is missing.",
    AlertKind.BEFORE_NEXT_STAFFED: "Nobody of the team is there then: do it today.",
}
"""What those say that have no deadline, or whose deadline stands in the line above."""
_MACHINE = (
    *(AlertKind.SECRET_EXPIRING, AlertKind.NOTHING_FETCHED, AlertKind.QUEUE_STALE),
    *(AlertKind.QUEUE_UNREADABLE, AlertKind.CLOCK_WRONG),
)
"""Kinds that are about a2z itself. They come last, and always have room: they say how far to trust the rest."""


@dataclass(frozen=True)
class Digest:
    """One notification."""

    id: str
    """The same alerts to the same recipient always have the same id."""
    title: str
    body: str


def compose(
    alerts: Sequence[Alert],
    number: str,
    *,
    now: dt.datetime,
    zone: str,
    names: Mapping[str, str] | None = None,
    was_cut: bool = False,
) -> Digest:
    """The digest of `alerts`, which are not empty and come most urgent first. `number` is its id.

    `names`: what to call the buyer of a claim, when the seller asked for it. `was_cut`: an earlier run ended while it
    sent this digest, or nobody answered, so it may have arrived before.
    """
    claims: dict[tuple[str | None, str], list[Alert]] = {}
    for alert in alerts:
        claims.setdefault((alert.claim_id, alert.subject), []).append(alert)
    foot = f"(a2z, digest {number})"
    # First, and in the title: of a text that a service splits, the first part must say it.
    head = (
        [f"This may have reached you before, as digest {number}: the sending of it was interrupted."] if was_cut else []
    )
    # Of thousands of claims only the first can have room: the others are not even put into words.
    worded = dict([*islice(claims.items(), MOST), *((k, g) for k, g in claims.items() if g[0].kind in _MACHINE)])
    texts = {key: _paragraph(group, now, ZoneInfo(zone), names or {}) for key, group in worded.items()}
    last = [text for key, text in texts.items() if claims[key][0].kind in _MACHINE]
    room = BYTES - len("\n\n".join([*head, *last, foot]).encode()) - 60
    shown: list[str] = []
    for text in (text for key, text in texts.items() if claims[key][0].kind not in _MACHINE):
        room -= len(text.encode()) + 2
        if room < 0:
            break
        shown.append(text)
    if more := len(claims) - len(shown) - len(last):
        shown.append(f"... and {more} more. Next: a2z alert")
    title = f"a2z{' (perhaps again)' if was_cut else ''}: {_counts(list(claims.values()))}"
    return Digest(number, title, "\n\n".join([*head, *shown, *last, foot]))


def digest_id(alerts: Sequence[Alert], recipient: str) -> str:
    """What identifies a digest."""
    found = hashlib.sha256(recipient.encode())
    for alert in alerts:
        found.update("\0".join([*identity(alert), ""]).encode())
    return found.hexdigest()[:12]


def _counts(groups: Sequence[Sequence[Alert]]) -> str:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group[0].band] = counts.get(group[0].band, 0) + 1
    return ", ".join(f"{number} {_BANDS[band]}" for band, number in counts.items())


def _paragraph(group: Sequence[Alert], now: dt.datetime, zone: ZoneInfo, names: Mapping[str, str]) -> str:
    """One claim: its name and band, a line for each thing that wants attention, and the command to run next."""
    first = group[0]
    who = first.claim_id or ("a2z itself" if first.kind in _MACHINE else "A mail")
    name = names.get(first.claim_id or "")
    lines = [f"{who}{f' ({name})' if name else ''}: {_heading(first, now)}"]
    told: str | None = None
    for alert in group:
        lines.append(_said(alert, zone, is_told=alert.act_by == told))
        told = alert.act_by
    return "\n  ".join([*dict.fromkeys(lines), f"Next: {first.next}"])


def _heading(alert: Alert, now: dt.datetime) -> str:
    """`DUE WITHIN 6 HOURS, 3 h 0 min left`. A check that is late is due now: looking late loses nothing."""
    if alert.deadline is not None and alert.deadline <= now and alert.band != "overdue":
        return "DUE NOW"
    return f"{_BANDS[alert.band].upper()}{_left(alert.deadline, now)}"


def _said(alert: Alert, zone: ZoneInfo, *, is_told: bool) -> str:
    words = _OVERDUE.get(alert.kind, _WORDS[alert.kind]) if alert.band == "overdue" else _WORDS[alert.kind]
    if alert.deadline is None or is_told:
        words = _SHORT.get(alert.kind, words)
    when = _when(alert.deadline, zone) if alert.deadline else ""
    return words.format(when=when, subject=alert.subject)


def _left(act_by: dt.datetime | None, now: dt.datetime) -> str:
    """`, 5 h 20 min left`, `, 3 h 0 min ago`."""
    if act_by is None:
        return ""
    minutes = int(abs(act_by - now) / dt.timedelta(minutes=1))
    days, hours = divmod(minutes // 60, 24)
    words = f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min"
    return f", since {words}" if act_by <= now else f", {words} left"


def _when(act_by: dt.datetime, zone: ZoneInfo) -> str:
    """With the weekday, the zone and, where it is another time, UTC: nobody should have to guess."""
    local = act_by.astimezone(zone)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    day, clock = as_limit(local)
    utc = "" if local.utcoffset() == dt.timedelta(0) else f" ({act_by.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC)"
    return f"{days[day.weekday()]} {day:%Y-%m-%d} {clock} {zone.key}{utc}"
