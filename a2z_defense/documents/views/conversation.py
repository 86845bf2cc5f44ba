"""The messages as a conversation, with reply times; and the carrier's scans with the claim between them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from a2z_defense.documents.facts import Parcel
from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.exhibits import Paragraph, Translation, paragraphs_of, translation_of
from a2z_defense.documents.views.page import Lettered, Show, Words
from a2z_defense.model.mail import MailKind
from a2z_defense.model.tracking import Leg, Place, Scan, ScanKind


@dataclass(frozen=True)
class Spoke:
    side: Phrase
    who: Phrase
    at: Said
    paragraphs: tuple[Paragraph, ...]
    letter: tuple[Lettered, ...]
    waited: Said | None
    """How long the buyer waited for the answer to this message."""
    unanswered: bool
    short: bool
    """Kept on one page."""
    translation: Translation | None


@dataclass(frozen=True)
class ScanRow:
    at: Said
    what: Said
    place: Said
    detail: Said
    mark: Phrase
    """`claim` for the row that marks the claim, `delivered` for a delivery, else empty."""


@dataclass(frozen=True)
class ParcelView:
    number: Words
    carrier: Words
    letters: tuple[Lettered, ...]
    rows: tuple[ScanRow, ...]
    short: bool
    """Kept on one page."""
    gap: Said | None
    """How long after the delivery the claim was filed, or how long before."""


_TOGETHER = 15
"""Rows of a parcel's table that are not torn apart: the claim is read against the delivery. Half a page."""


def conversation_view(show: Show) -> tuple[Spoke, ...]:
    """Every message, by time; those without a time last."""
    sides = {MailKind.BUYER_MESSAGE: "buyer", MailKind.SELLER_MESSAGE: "seller", MailKind.AMAZON_MESSAGE: "amazon"}
    found = []
    spoken = {one.mail.evidence: one for one in show.facts.conversation}
    for mail in [*(one.mail for one in show.facts.conversation), *show.facts.undated_messages]:
        side = sides.get(mail.read.kind, "amazon")
        text = mail.read.message.text if mail.read.message else ""
        waited = spoken[mail.evidence].answered_after if mail.evidence in spoken else None
        found.append(
            Spoke(
                side=Phrase(side),
                who=show.t(f"side.{side}"),
                at=show.show(
                    show.loc.at(mail.read.sent_at) if mail.read.sent_at else show.t("doc.no_time"), mail.evidence
                ),
                paragraphs=tuple(paragraphs_of(show, text, mail.evidence)),
                letter=show.letters.refs((mail.evidence,)),
                waited=show.show(show.loc.lasting(waited), mail.evidence) if waited is not None else None,
                unanswered=side == "buyer" and waited is None,
                short=len(text) < 1500 and text.count("\n") < 25,
                translation=translation_of(show, mail.evidence),
            )
        )
    return tuple(found)


def tracking_view(show: Show) -> tuple[ParcelView, ...]:
    """Each parcel's scans by time, with the claim's date where it falls."""
    return tuple(_parcel(show, parcel) for parcel in show.facts.parcels)


def _parcel(show: Show, parcel: Parcel) -> ParcelView:
    rows = [(scan.at, _row(show, scan, parcel.of.leg(scan))) for scan in parcel.of.scans]
    claimed = show.facts.claimed_at
    if claimed and rows:
        nothing = show.show(None)
        at, what = show.show(show.loc.at(claimed[0]), claimed[1]), show.show(show.t("event.claimed"), claimed[1])
        place = next((n for n, (time, _) in enumerate(rows) if time is None or time > claimed[0]), len(rows))
        rows.insert(place, (claimed[0], ScanRow(at, what, nothing, nothing, Phrase("claim"))))
    gap = None
    if claimed and parcel.delivered:
        lasted = claimed[0] - parcel.delivered[0]
        key = "audit.claim_after" if lasted >= dt.timedelta(0) else "audit.claim_before"
        gap = show.fill(key, span=show.show(show.loc.lasting(abs(lasted)), claimed[1], parcel.delivered[1]))
    told = parcel.number[1] if parcel.number else ()
    names = (str(parcel.carrier.value) if parcel.carrier else None, parcel.service[0] if parcel.service else None)
    carrier = " · ".join(part for part in names if part)
    readings = [exhibit for moment in (parcel.delivered, parcel.first_scan) if moment for exhibit in moment[1:]]
    return ParcelView(
        number=show.judged(parcel.key, *told),
        carrier=show.judged(carrier or show.t("doc.not_told"), *told),
        letters=show.letters.refs([*told, *readings]),
        rows=tuple(row for _, row in rows),
        short=len(rows) <= _TOGETHER,
        gap=gap,
    )


def _row(show: Show, scan: Scan, leg: Leg) -> ScanRow:
    details = [
        show.fill("audit.signed_by", name=show.say(scan.signed_by, scan.evidence)) if scan.signed_by else "",
        show.fill("audit.left_with", where=show.say(scan.left_with, scan.evidence)) if scan.left_with else "",
    ]
    what = f"{show.t(f'scan.{scan.kind.value}')} ({show.t(f'leg.{leg.value}')}) · {scan.code}"
    delivered = scan.kind is ScanKind.DELIVERED and leg is Leg.FORWARD
    time = show.loc.at(scan.at) if scan.at else f"{scan.local_time or ''} ({show.t('doc.no_zone')})"
    return ScanRow(
        at=show.show(time, scan.evidence),
        what=show.show(what, scan.evidence),
        place=show.show(place_text(scan.place), scan.evidence),
        detail=show.show(show.t.semicolon.join(detail for detail in details if detail), scan.evidence),
        mark=Phrase("delivered" if delivered else ""),
    )


def place_text(place: Place | None) -> str:
    """`Via X 1, 99012 Cittadella, IT (45.1, 9.2)`."""
    if place is None:
        return ""
    town = " ".join(part for part in (place.postal_code, place.city) if part)
    gps = f"({place.latitude}, {place.longitude})" if place.latitude is not None and place.longitude is not None else ""
    return ", ".join(part for part in (*place.lines, town, place.region, place.country) if part) + (
        f" {gps}" if gps else ""
    )
