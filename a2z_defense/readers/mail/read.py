"""Mail bytes -> MailRead: the one door of this package."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from a2z_defense.model.ids import order_ids
from a2z_defense.model.mail import (
    DECISION_KINDS,
    MESSAGE_KINDS,
    NOTICE_KINDS,
    Automatic,
    MailKind,
    MailRead,
    StartBasis,
    Trust,
)
from a2z_defense.model.marketplaces import Marketplace, by_id
from a2z_defense.readers.mail.amazon import Address, alias_of, is_relay, marketplace_of, read_addresses
from a2z_defense.readers.mail.attachments import read_attachment
from a2z_defense.readers.mail.automatic import automatic
from a2z_defense.readers.mail.copies import keys
from a2z_defense.readers.mail.forwards import inner_instant, own_date
from a2z_defense.readers.mail.kinds import Found, classify, quotes_claim
from a2z_defense.readers.mail.letter import Letter, read_letter
from a2z_defense.readers.mail.messages import buyer_name, read_message
from a2z_defense.readers.mail.mime import Troubles
from a2z_defense.readers.mail.notices import read_notice
from a2z_defense.readers.mail.returns import read_refund, read_return
from a2z_defense.readers.mail.trust import judge
from a2z_defense.readers.mail.view import MARKETPLACE_HEADER, MAX_MATCHED, View, look, sent_on_together
from a2z_defense.readers.mail.words import fold, shown

_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{3,400})\s*>")
_MARKETPLACE_ID = re.compile(r"[A-Z0-9]{10,16}")
MAX_REFERENCES = 100
MAX_ORIGINALS = 50
"""Mails inside one that are read, each for itself."""
NO_KEYS: Mapping[str, str] = MappingProxyType({})


def read_mail(
    raw: bytes, *, trusted_receivers: tuple[str, ...] = (), dkim_keys: Mapping[str, str] = NO_KEYS
) -> MailRead:
    """Everything that the mail `raw` says. Pure; never raises, whatever the bytes.

    `trusted_receivers`: the authserv-ids whose Authentication-Results count. `dkim_keys`: DNS name -> TXT record,
    as `sources.mail.dkim_keys` looked them up; with none, no signature is verified.
    """
    return read_mails(raw, trusted_receivers=trusted_receivers, dkim_keys=dkim_keys)[0]


def read_mails(
    raw: bytes, *, trusted_receivers: tuple[str, ...] = (), dkim_keys: Mapping[str, str] = NO_KEYS
) -> tuple[MailRead, ...]:
    """As `read_mail`; of several originals that a person sent on in one mail, attached or one quoted below the other, a
    reading of each. The first one is a claim notice, when there is any."""
    outer = read_letter(raw, Troubles())

    def one(view: View, *, alone: bool = True) -> MailRead:
        return _read(raw, view, trusted_receivers, dkim_keys, alone=alone)

    if several := sent_on_together(outer):
        if len(several) > MAX_ORIGINALS:
            outer.troubles.add(f"{len(several)} mails are attached, and only the first {MAX_ORIGINALS} were read")
        found = [
            one(look(replace(outer, mails=[part], troubles=Troubles(dict(outer.troubles.lines)))), alone=False)
            for part in several[:MAX_ORIGINALS]
        ]
    else:
        view = look(outer)
        found = [one(view)]
        for nth in range(1, min(view.original.quoted, MAX_ORIGINALS) if view.original else 0):
            other = one(look(replace(outer, troubles=Troubles(dict(outer.troubles.lines))), nth), alone=False)
            if other.kind in NOTICE_KINDS:
                found.append(other if other.order_ids else other.model_copy(update={"order_ids": found[0].order_ids}))
    return tuple(sorted(found, key=lambda one: (one.kind not in NOTICE_KINDS, one.kind in DECISION_KINDS)))


def _read(
    raw: bytes, view: View, trusted_receivers: tuple[str, ...], dkim_keys: Mapping[str, str], *, alone: bool
) -> MailRead:
    """One reading. Not `alone`: the outer subject is about other originals as well."""
    outer, troubles = view.outer, view.outer.troubles
    found = classify(view)
    marketplace_id, basis = _marketplace(view)
    marketplace = by_id(marketplace_id) if marketplace_id else None
    sent_at, start = _start(view, found, marketplace, troubles)
    trust, why = judge(view, raw, trusted_receivers, dkim_keys)
    if trust is Trust.QUARANTINED and found.kind is MailKind.OTHER:
        # Nothing that a2z would act on: there is nothing to keep back.
        trust = Trust.UNAUTHENTICATED
    message = read_message(view, found, troubles) if found.kind in MESSAGE_KINDS else None
    machine, machine_why = automatic(view, found, message.text) if message else (Automatic.NO, "")
    if found.kind is MailKind.OTHER:
        _say_doubt(view, troubles)
    returned = _returned(view) if found.kind is MailKind.DELIVERY_FAILURE else None
    alias, case = _alias(view, returned)
    key, words, token = keys(view, sent_at)
    parts = view.letter.attached if view.letter else outer.attached
    return MailRead(
        kind=found.kind,
        trust=trust,
        trust_why=why,
        order_ids=_order_ids(view, message.text if message else None, returned, alone=alone),
        alias=alias,
        alias_case=case,
        message_id=_message_id(outer.headers.get("message-id")),
        references=_references(view, returned),
        content_key=key,
        text_key=words,
        token_key=token,
        subject=shown(outer.subject),
        sender=shown(view.sender.address),
        buyer_name=buyer_name(view, found),
        sent_at=sent_at,
        start_basis=start,
        forwarded=view.forwarded,
        marketplace_id=marketplace_id,
        marketplace_basis=basis,
        language=found.language or (view.original.language if view.original else None),
        notice=read_notice(view, found, marketplace, sent_at, troubles) if found.kind in NOTICE_KINDS else None,
        message=message,
        automatic=machine,
        automatic_why=machine_why,
        return_request=read_return(view, marketplace) if found.kind is MailKind.RETURN_REQUEST else None,
        refund=read_refund(view, marketplace) if found.kind is MailKind.REFUND_ISSUED else None,
        attachments=tuple(read_attachment(part) for part in (*parts, *outer.mails)),
        troubles=tuple(troubles.lines),
    )


def _say_doubt(view: View, troubles: Troubles) -> None:
    """A mail that is filed as no claim, and that may yet be somebody's only copy of one."""
    if quotes_claim(view):
        troubles.add("a person's answer that quotes a claim notice is not taken for one: is the notice itself held?")
    elif view.forwarded and view.outer.attached and order_ids(view.flat_subject):
        troubles.add("a forward that names an order holds only attached files: is one of them a claim notice?")


def _message_id(value: str) -> str | None:
    found = _MESSAGE_ID.search(value)
    bare = found[1] if found else value.strip()
    return shown(bare)[:400] if bare else None


def _references(view: View, returned: Letter | None) -> tuple[str, ...]:
    """Of the mail; a report of a failed delivery is about the mail that it carries."""
    headers = (view.letter or view.outer).headers
    failed = returned.headers.get("message-id") if returned is not None else ""
    found = _MESSAGE_ID.findall(f"{headers.get('references')} {headers.get('in-reply-to')} {failed}")
    return tuple(dict.fromkeys(found))[-MAX_REFERENCES:]


def _marketplace(view: View) -> tuple[str | None, str | None]:
    said = view.letter.headers.get(MARKETPLACE_HEADER).strip() if view.letter else ""
    if _MARKETPLACE_ID.fullmatch(said):
        return said, "header"
    found = marketplace_of(view.sender.address)
    if found is None:
        relays = (address.address for address in read_addresses(view.to) if is_relay(address.domain))
        found = next((market for relay in relays if (market := marketplace_of(relay))), None)
    return (found.id, "sender's domain") if found else (None, None)


def _start(
    view: View, found: Found, marketplace: Marketplace | None, troubles: Troubles
) -> tuple[dt.datetime | None, StartBasis]:
    """The earliest of the original's date, the first Received and Date. Unknown for a forward without inner date, and
    for a notice that a person sent on in his own words: their dates are of the sending on."""
    own, received = own_date(view.outer)
    basis = StartBasis.UNKNOWN if own is None else StartBasis.RECEIVED if received else StartBasis.DATE
    passed_on = (view.forwarded and not view.rewritten) or (found.kind in NOTICE_KINDS and view.writes is None)
    if not passed_on:
        return own, basis
    if view.original is None or not view.original.dated:
        troubles.add("forwarded without the original's date: when it was sent is not known")
        return None, StartBasis.UNKNOWN
    inner, how = inner_instant(view.original, view.outer, ZoneInfo(marketplace.zone) if marketplace else None)
    if how:
        troubles.add(how)
    if inner is None or (own is not None and own < inner):
        return own, basis
    return inner, StartBasis.INNER_DATE


def _returned(view: View) -> Letter | None:
    """The mail that could not be delivered, as the report carries it."""
    return read_letter(view.outer.mails[0].content(), view.outer.troubles) if view.outer.mails else None


def _alias(view: View, returned: Letter | None) -> tuple[str | None, str | None]:
    """The buyer's relay alias, of the sender, of Reply-To or of the recipients."""
    headers = (view.letter or view.outer).headers
    candidates: list[Address] = [view.sender, *read_addresses(headers.get("reply-to")), *read_addresses(view.to)]
    if returned is not None:
        candidates.extend(read_addresses(returned.headers.get("to")))
    for candidate in candidates:
        if found := alias_of(candidate.address):
            return found
    return None, None


def _order_ids(view: View, message: str | None, returned: Letter | None, *, alone: bool) -> tuple[str, ...]:
    """The subject's first, then those of Amazon's frame, then those that the writer names."""
    text = view.folded
    if message:
        words = fold(message[:MAX_MATCHED])
        frame = text.replace(words, " ") if words in text else text
        text = f"{frame}\n{words}"
    if returned is not None:
        text = f"{fold(returned.subject)}\n{text}\n{fold(returned.text[:MAX_MATCHED])}"
    outer = fold(view.outer.subject) if alone else ""
    found = order_ids(f"{fold(view.subject)}\n{outer}\n{text}")
    return found[:50]
