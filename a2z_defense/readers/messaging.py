"""getMessagingActionsForOrder to the messages that Amazon allows now."""

from __future__ import annotations

import re

from a2z_defense.model.evidence import Piece
from a2z_defense.model.finances import MessagingActions
from a2z_defense.readers.fields import child, load, rows, text, unreadable


def read_messaging(piece: Piece) -> MessagingActions:
    """The allowed actions, by name, in Amazon's order. Raises Unreadable for another shape."""
    answer = load(piece)
    if not isinstance(child(answer, "_links", "actions"), list):
        raise unreadable(piece, "an answer without a list of actions")
    names = [text(link, "name") or _of_path(text(link, "href")) for link in rows(answer, "_links", "actions")]
    names += [text(row, "payload", "name") for row in rows(answer, "_embedded", "actions")]
    return MessagingActions(evidence=piece.evidence.id, actions=tuple(dict.fromkeys(name for name in names if name)))


def _of_path(href: str | None) -> str | None:
    """`createWarranty` of `/messaging/v1/orders/…/messages/createWarranty?…`: a link's name is optional."""
    found = re.search(r"/messages/([A-Za-z]+)(?:\?|$)", href or "")
    return found[1] if found else None
