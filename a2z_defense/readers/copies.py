"""Copies of the same message: one message, all its evidence kept. A later copy never moves a deadline later."""

from __future__ import annotations

from collections.abc import Iterable

from a2z_defense.model.case import Mail
from a2z_defense.model.mail import StartBasis, Trust
from a2z_defense.readers.mail.copies import same_message

_TRUST = (Trust.AUTHENTICATED, Trust.ALTERED, Trust.UNVERIFIED, Trust.UNAUTHENTICATED, Trust.QUARANTINED)


def merge_copies(mails: Iterable[Mail]) -> tuple[Mail, ...]:
    """Each message once, in order of time; the copy with the earliest known start speaks for all."""
    groups: list[list[Mail]] = []
    for mail in sorted(mails, key=_preference):
        group = next((group for group in groups if any(same_message(mail.read, other.read) for other in group)), None)
        if group is None:
            groups.append([mail])
        else:
            group.append(mail)
    kept = [group[0].model_copy(update={"copies": tuple(group[1:])}) for group in groups]
    return tuple(sorted(kept, key=lambda mail: (mail.read.sent_at or mail.obtained_at, mail.evidence)))


def _preference(mail: Mail) -> tuple[bool, float, int, str]:
    at = mail.read.sent_at or mail.obtained_at
    unknown = mail.read.start_basis is StartBasis.UNKNOWN
    return unknown, at.timestamp(), _TRUST.index(mail.read.trust), mail.evidence
