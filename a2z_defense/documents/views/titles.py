"""What an exhibit is called."""

from __future__ import annotations

from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.page import Show
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.entries import Entry, EntryKind
from a2z_defense.model.evidence import Evidence, EvidenceKind


def mail_of(case: Case, exhibit: str) -> Mail | None:
    """The mail that is that exhibit."""
    everything = (*case.notices, *case.quarantined, *case.messages, *case.other_mails)
    return next((mail for mail in everything if exhibit == mail.evidence or exhibit in mail.also), None)


def entry_of(case: Case, exhibit: str) -> Entry | None:
    """The seller's entry that is that exhibit."""
    return next((entry for entry in case.entries if entry.id == exhibit), None)


def attached_as(case: Case, exhibit: str) -> Entry | None:
    """The entry that attached that file."""
    return next((one for one in case.entries if one.kind is EntryKind.ATTACHED and one.file == exhibit), None)


def title_of(show: Show, piece: Evidence) -> Said:
    """`Claim notice, 12 Nov 2026`, `Carrier's tracking record`, `Delivery photo: porch.jpg`."""
    case = show.facts.case
    name: Phrase = show.t(f"kind.{piece.kind.value.replace('.', '_')}")
    detail = ""
    if piece.kind is EvidenceKind.MAIL and (mail := mail_of(case, piece.id)):
        name = show.t(f"mail.{mail.read.kind.value}")
        detail = show.loc.day(mail.read.sent_at) if mail.read.sent_at else ""
    elif piece.kind is EvidenceKind.ENTRY and (entry := entry_of(case, piece.id)):
        name = show.t(f"entry.{entry.kind.value}")
        detail = entry.file_name or show.loc.day(entry.at)
    elif (file := attached_as(case, piece.id)) is not None and file.attachment is not None:
        name = show.t(f"attachment.{file.attachment.value.replace('-', '_')}")
        detail = file.file_name or ""
    elif piece.kind in {EvidenceKind.TRACKING, EvidenceKind.CARRIER} and piece.subject != case.order_id:
        detail = piece.subject
    return show.show(f"{name}, {detail}" if detail else name, piece.id)
