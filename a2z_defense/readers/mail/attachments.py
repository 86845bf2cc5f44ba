"""The parts of a mail that are not its text, with their type told by their content."""

from __future__ import annotations

import hashlib

from a2z_defense.base.media import media_type
from a2z_defense.model.mail import MailAttachment
from a2z_defense.readers.mail.mime import Part
from a2z_defense.readers.mail.words import shown


def read_attachment(part: Part) -> MailAttachment:
    """The facts of one attached part; its bytes stay in the mail's own evidence."""
    content = part.content()
    is_mail = part.media_type.startswith("message/")
    return MailAttachment(
        name=shown(part.name),
        media_type="message/rfc822" if is_mail else media_type(content),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        part=part.number,
    )
