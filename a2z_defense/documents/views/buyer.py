"""What the buyer may get: built up from a short list of allowed facts, so that nothing else can be in it.

Never here: internal notes, other people's names or signatures, other orders, policy, history, the seller's address,
logo, links, phones. Of the seller's files only the kinds in `SHOWN` enter, as fresh pictures without their metadata.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.sentences import lines, units
from a2z_defense.documents.sentences.openings import delivered_at, signed_for
from a2z_defense.documents.sentences.writer import Writer, shortened
from a2z_defense.documents.views.exhibits import Picture, Prepared
from a2z_defense.documents.views.page import Page, Show
from a2z_defense.model.assessment import Decided
from a2z_defense.model.case import Case
from a2z_defense.model.entries import AttachmentKind, EntryKind
from a2z_defense.model.mail import MailKind

SHOWN = (AttachmentKind.DELIVERY_PHOTO, AttachmentKind.PRE_SHIP_PHOTO)
"""Photos that the seller or the carrier took of this parcel. A signature, a proof of delivery, a label, an invoice or
a screenshot can show other people: their facts are told in words instead."""
_ITEMS = 12
"""Items of the order that are named; the buyer knows the rest."""
_PARCELS = 10
"""Parcels that are told one by one, as often as there are facts of them: three pages hold no sixty."""
_RETURN_DEFENCES = frozenset(
    {"return_offered", "return_authorised", "not_returned", "nothing_came_back", "not_eligible"}
)
_REFUND_DEFENCES = frozenset({"already_refunded", "replaced_or_refunded"})


@dataclass(frozen=True)
class BuyerSet:
    page: Page
    heading: Said
    banner: tuple[Phrase, ...]
    """Why it may not be sent; empty: it may."""
    facts: tuple[Said, ...]
    pictures: tuple[Picture, ...]
    step: Phrase | None
    grid: int = 1
    """Pictures on a full page."""


def buyer_facts(w: Writer) -> tuple[Said, ...]:
    """The facts that the buyer may read, each with its evidence."""
    found = w.facts.assessment
    defence = found.defence.id if found.defence else ""
    if found.decision is not Decided.DEFEND or found.alarms:
        return ()
    builders = [_delivered, lines.delivered_to, units.covered]
    if defence in _RETURN_DEFENCES:
        builders = [_returned]
    elif defence in _REFUND_DEFENCES:
        builders = [lines.refunds]
    said = [one for build in builders for one in islice(build(w), _PARCELS) if one is not None and one.exhibits]
    return tuple(dict.fromkeys(said))


def _delivered(w: Writer) -> Iterator[Said | None]:
    """The delivery line, for each parcel; of very many, the last of the others. Who signed is not told."""
    found = [(parcel, moment) for parcel in w.facts.defended if (moment := delivered_at(w, parcel))]
    named = found if len(found) <= _PARCELS else found[: _PARCELS - 1]
    for parcel, moment in named:
        key = "buyer.delivered_signed" if signed_for(w, parcel) else "buyer.delivered"
        yield w.fill(key, carrier=w.carrier(parcel), number=w.number(parcel), at=w.told(moment))
    if others := [moment for _, moment in found[len(named) :]]:
        last = max(others, key=lambda moment: moment[0])
        yield w.fill("buyer.delivered_more", count=len(others), at=w.told(last))


def _returned(w: Writer) -> Iterator[Said | None]:
    """The return as the answer tells it; its reader is the one who was given the label."""
    for said in lines.returned(w):
        label = said is not None and said == w.t("line.return_label")
        yield w.say(w.t("buyer.return_label"), *said.exhibits) if said and label else said


def why_not(w: Writer, *, draft: bool) -> tuple[str, ...]:
    """Why nothing may be sent to the buyer; empty when it may."""
    found, reasons = w.facts.assessment, []
    if found.alarms:
        reasons.append(w.words("buyer.why_alarm"))
    elif found.decision is Decided.NEEDS_HUMAN:
        reasons.append(w.words("buyer.why_human"))
    elif found.decision is not Decided.DEFEND:
        reasons.append(w.words("buyer.why_decision"))
    elif draft:
        reasons.append(w.words("buyer.why_draft"))
    elif not buyer_facts(w):
        reasons.append(w.words("buyer.why_nothing"))
    for mail in w.facts.case.other_mails:
        if mail.read.kind is MailKind.OPT_OUT:
            on = w.loc.day(mail.read.sent_at) if mail.read.sent_at else "-"
            reasons.append(w.words("buyer.why_opt_out", on=on))
    return tuple(w.words("buyer.not_sendable", why=why) for why in dict.fromkeys(reasons))


def buyer_message(w: Writer, *, draft: bool) -> str:
    """`buyer/message.txt`: for the buyer's open thread; one message, nothing asked, nothing promised."""
    found = w.facts.assessment
    defence = found.defence.id if found.defence else ""
    facts = buyer_facts(w)
    key = "buyer.intro_other"
    if defence in _RETURN_DEFENCES:
        key = "buyer.intro_return"
    elif defence in _REFUND_DEFENCES:
        key = "buyer.intro_refund"
    elif any(delivered_at(w, parcel) for parcel in w.facts.defended):
        key = "buyer.intro"
    banner = why_not(w, draft=draft)
    body = [str(w.t("buyer.greeting")), w.words(key, order=w.facts.case.order_id), *facts]
    if facts:
        body.append(str(w.t("buyer.attached")))
    body.append(str(w.t("buyer.closing")))
    text = "\n".join(body) + "\n"
    return "\n".join(banner) + "\n\n" + text if banner else text


def files_of(case: Case, kinds: Collection[AttachmentKind]) -> tuple[str, ...]:
    """The evidence ids of the seller's files of those kinds, each once; without those last attached as `other`."""
    entries = [one for one in case.entries if one.kind is EntryKind.ATTACHED and one.file]
    last = {one.file: one.attachment for one in entries}
    shown = (one.file for one in entries if one.attachment in kinds and last[one.file] is not AttachmentKind.OTHER)
    return tuple(dict.fromkeys(file for file in shown if file and case.piece(file)))


def pictures_of(show: Show, prepared: Mapping[str, Prepared], kinds: Collection[AttachmentKind]) -> tuple[Picture, ...]:
    """The sheets of the seller's files of those kinds, numbered through, named by what they show and never by file."""
    sheets: list[tuple[str, str, bool, str]] = []
    for entry in show.facts.case.entries:
        ready = prepared.get(entry.file or "")
        if entry.kind is EntryKind.ATTACHED and entry.attachment in kinds and entry.attachment and entry.file and ready:
            kind = show.t(f"attachment.{entry.attachment.value.replace('-', '_')}")
            sheets += [(sheet.resource, kind, sheet.wide, entry.file) for sheet in ready.sheets]
    return tuple(
        Picture(
            resource=Phrase(resource),
            alt=show.show(show.t("buyer.picture_alt", kind=Phrase(kind), page=number, pages=len(sheets)), exhibit),
            stamp=show.t("buyer.picture_alt", kind=Phrase(kind), page=number, pages=len(sheets)),
            wide=wide,
        )
        for number, (resource, kind, wide, exhibit) in enumerate(sheets, start=1)
    )


def buyer_view(
    show: Show, prepared: Mapping[str, Prepared], *, draft: bool, step: tuple[int, int] | None = None, grid: int = 1
) -> BuyerSet:
    """`buyer/evidence.pdf`. `step` is the rung of the size ladder: longest side in pixels, JPEG quality; `grid` is how
    many pictures a full page holds."""
    case = show.facts.case
    pictures = pictures_of(show, prepared, SHOWN)
    order = show.say(case.order_id, *(piece.id for piece in case.evidence[:1])) or show.show(case.order_id)
    return BuyerSet(
        page=show.page("buyer", draft=draft, public=True),
        heading=show.t("buyer.heading", order=order),
        banner=tuple(show.plain(line) for line in why_not(show, draft=draft)),
        facts=(*buyer_facts(show), *_items(show)),
        pictures=pictures,
        step=show.t("buyer.step", pixels=step[0], quality=step[1]) if step and pictures else None,
        grid=grid,
    )


def _items(show: Show) -> Iterator[Said]:
    """What the order holds, by its titles."""
    order = show.facts.case.order
    if order is None or show.facts.assessment.alarms:
        return
    parts = [f"{item.quantity} × {shortened(item.title, 80)}" for item in order.items if item.title]
    if len(parts) > _ITEMS:
        parts[_ITEMS:] = [str(show.t("line.unit_more", count=len(parts) - _ITEMS))]
    told = show.fill("buyer.items", units=show.say(show.t.semicolon.join(parts), order.evidence)) if parts else None
    if told is not None:
        yield told
