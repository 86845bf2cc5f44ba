"""The words of a notification: one digest for everything that one recipient is told in one run.

No personal data: ids, instants, kinds and commands. A buyer's name is put in only when the seller asked for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from a2z_defense.alerts.kinds import Alert, AlertKind
from a2z_defense.alerts.memory import act_by_text

LINES = 40
"""Claims that a digest lists; Telegram takes 4,096 characters, ntfy 4,096 bytes. The rest is counted."""
_BANDS = {
    "overdue": "overdue",
    "6h": "due within 6 hours",
    "24h": "due within 24 hours",
    "48h": "due within 48 hours",
    "later": "due later",
    "none": "to look at",
}
WORDS = {
    AlertKind.RESPONSE_DUE: "answer due",
    AlertKind.APPEAL_CLOSING: "appeal window closing",
    AlertKind.CHECK_SELLER_CENTRAL: "look at it in Seller Central",
    AlertKind.QUARANTINED_NOTICE: "a notice is in quarantine",
    AlertKind.MESSAGE_UNANSWERED: "the buyer waits for an answer",
    AlertKind.NEW_CLAIM: "new claim",
    AlertKind.BUILT_NOT_SENT: "built but not recorded as sent",
    AlertKind.EVIDENCE_MISSING: "evidence is missing",
    AlertKind.EVIDENCE_REQUESTED: "requested evidence is due",
    AlertKind.BEFORE_NEXT_STAFFED: "due before somebody is here again",
    AlertKind.CHARGEBACK_DUE: "chargeback due",
    AlertKind.INTERNAL_TARGET: "own target",
    AlertKind.SECRET_EXPIRING: "the SP-API secret expires",
    AlertKind.NOTHING_FETCHED: "the mailbox was not read to its end for too long",
    AlertKind.QUEUE_STALE: "the queue was made by another version of a2z",
}


@dataclass(frozen=True)
class Digest:
    """One notification."""

    id: str
    """The same alerts to the same recipient always have the same id."""
    title: str
    body: str


def compose(
    alerts: Sequence[Alert],
    recipient: str,
    *,
    zone: str,
    names: Mapping[str, str] | None = None,
    was_cut: bool = False,
) -> Digest:
    """The digest of `alerts`, which are not empty and come most urgent first.

    `names`: what to call the buyer of a claim, when the seller asked for it. `was_cut`: the last run ended while it
    sent this digest, so it may have arrived before.
    """
    claims: dict[tuple[str | None, str], list[Alert]] = {}
    for alert in alerts:
        claims.setdefault((alert.claim_id, alert.subject), []).append(alert)
    lines = [_line(group, ZoneInfo(zone), names or {}) for group in claims.values()]
    if len(lines) > LINES:
        lines[LINES:] = [f"... and {len(lines) - LINES} more: a2z alert"]
    number = digest_id(alerts, recipient)
    if was_cut:
        lines.append("This may have reached you before: the last run ended while it was being sent.")
    return Digest(number, _title(list(claims.values())), "\n".join([*lines, f"(a2z, digest {number})"]))


def digest_id(alerts: Sequence[Alert], recipient: str) -> str:
    """What identifies a digest."""
    found = hashlib.sha256(recipient.encode())
    for alert in alerts:
        found.update("\0".join([*alert.key, act_by_text(alert), alert.band, ""]).encode())
    return found.hexdigest()[:12]


def _title(groups: Sequence[Sequence[Alert]]) -> str:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group[0].band] = counts.get(group[0].band, 0) + 1
    return "a2z: " + ", ".join(f"{number} {_BANDS[band]}" for band, number in counts.items())


def _line(group: Sequence[Alert], zone: ZoneInfo, names: Mapping[str, str]) -> str:
    first = group[0]
    what = ", ".join(dict.fromkeys(WORDS[alert.kind] for alert in group))
    who = f"{first.claim_id} " if first.claim_id else ""
    if name := names.get(first.claim_id or ""):
        who += f"({name}) "
    if first.subject and not first.claim_id:
        who += f"{first.subject} "
    when = f", act by {_when(first.deadline, zone)}" if first.deadline else ""
    return f"{who}{_BANDS[first.band].upper()}: {what}{when}. Next: {first.next}"


def _when(act_by: dt.datetime, zone: ZoneInfo) -> str:
    local = act_by.astimezone(zone)
    utc = "" if local.utcoffset() == dt.timedelta(0) else f" ({act_by.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC)"
    return f"{local:%Y-%m-%d %H:%M} {zone.key}{utc}"
