"""Items that every claim needs: the order, the notice, the reason, who fulfils, the programme."""

from __future__ import annotations

import datetime as dt

from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import ItemState
from a2z_defense.model.case import SourceState
from a2z_defense.model.finances import Listing
from a2z_defense.model.mail import MailKind, Outcome
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.probes.base import Found, absent, generic, held, missing, of_files, probe, read_by, unknown
from a2z_defense.policy.probes.parcel import statuses
from a2z_defense.policy.tables import ItemDef
from a2z_defense.policy.titles import within


@probe("order_record", "ship_by", "delivery_window")
def order_times(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = facts.first(item.facts[0])
    if found is None:
        return absent(facts, item, "the order's answer does not tell it")
    return held(f"{within(item.title)}: {found.words}{read_by(found)}", found.exhibit)


@probe("claim_notice")
def claim_notice(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    notices = facts.case.notices
    if not notices:
        return absent(facts, item, "the claim was added by hand, no notice was read")
    words = f"notices: {len(notices)}, the first of {_sent(notices[0].read.sent_at)}"
    return held(words, *(mail.evidence for mail in notices))


def _sent(at: dt.datetime | None) -> str:
    return utc_text(at) if at else "an unknown date (a forward without the original's date)"


@probe("who_fulfils")
def who_fulfils(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = facts.first("fulfilled_by")
    if found is None:
        return absent(facts, item, "the order's answer does not tell it")
    return held(f"fulfilled by {_who(found.words)}{read_by(found)}", found.exhibit)


def _who(words: str) -> str:
    """`seller` and `Amazon`, as they are written."""
    return words.replace("_", " ").replace("amazon", "Amazon")


_PROGRAMMES = {"csba": "Customer Service by Amazon, whose claims go through SAFE-T", "fba": "FBA", "safe_t": "SAFE-T"}


@probe("other_programme")
def other_programme(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    by = facts.first("fulfilled_by")
    programme = next((r for r in facts.readings("programme") if r.value not in {"a_to_z", "chargeback"}), None)
    if programme is not None:
        named = _PROGRAMMES.get(programme.words, programme.words.replace("_", " "))
        return held(f"the claim belongs to {named}{read_by(programme)}", programme.exhibit)
    if by is not None and by.value != "seller":
        return held(f"the order is fulfilled by {_who(by.words)}{read_by(by)}", by.exhibit)
    if by is not None:
        return missing("the order is fulfilled by the seller and nothing names another programme", by.exhibit)
    return absent(facts, item, "nothing tells who fulfils")


@probe("message_thread")
def message_thread(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    report = facts.case.source("mail")
    messages = facts.case.messages
    if report.state in {SourceState.FAILED, SourceState.REFUSED}:
        return unknown(
            f"the mailbox gave no answer: {report.why or report.state.value}", *(m.evidence for m in messages)
        )
    if messages:
        buyers = sum(mail.read.kind is MailKind.BUYER_MESSAGE for mail in messages)
        return held(f"messages: {len(messages)}, {buyers} of them by the buyer", *(m.evidence for m in messages))
    stated = facts.first("messages_complete")
    if stated is not None and stated.value is True:
        return held(f"the exhibit shows every message{read_by(stated)}", stated.exhibit)
    if stated is not None:
        return missing(f"the exhibit does not show every message{read_by(stated)}", stated.exhibit)
    if report.state is SourceState.NOT_ASKED:
        return absent(facts, item)
    if not _reaches_back(facts):
        why = "the mail that was read does not reach back to the order: what was written before it is not known"
        return unknown(f"{why}; fetch the whole mailbox", *report.evidence)
    span = " ".join(
        f"{word} {utc_text(at)}"
        for word, at in (("from", report.covers_from), ("to", report.covers_to))
        if at is not None
    )
    return held(f"no messages on this order in the mail that was read {span}".rstrip(), *report.evidence)


def _reaches_back(facts: Facts) -> bool:
    """Whether an empty thread says something: mail was read from the order on, else from before the claim's notices."""
    begins, order = facts.case.source("mail").covers_from, facts.case.order
    notices = [mail.read.sent_at for mail in facts.case.notices if mail.read.sent_at is not None]
    if begins is None:
        return False
    return begins <= order.created_at if order else bool(notices) and begins < min(notices)


@probe("buyer_words")
def buyer_words(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = facts.first("buyer_comment")
    if found is None:
        return absent(facts, item, "the notice holds no comment of the buyer; Seller Central may show one")
    return held(f"the buyer's comment: “{found.words}”{read_by(found)}", found.exhibit)


@probe("claim_before_due", "window_passed")
def due_when_claimed(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    due = _was_due(facts)
    if due is None:
        return absent(facts, item, "the delivery window or the claim's date is not known")
    undated = [(p, s["delivered"]) for p in facts.claimed_parcels if "delivered" in (s := statuses(facts, p))]
    if not due[0] and any(facts.instant("delivered_at", p) is None for p, _ in undated):
        return unknown("a status says delivered, without a time: it may have been before the claim", undated[0][1])
    was_due, why, exhibits = due
    wanted = was_due if item.id == "window_passed" else not was_due
    return held(why, *exhibits) if wanted else missing(why, *exhibits)


def _was_due(facts: Facts) -> tuple[bool, str, tuple[str | None, ...]] | None:
    """Whether delivery was due when the claim was filed: window's end plus the grace, or tracking shows delivered."""
    stated = facts.says("delivery_due")
    if stated is not None:
        reading = facts.readings("delivery_due")[0]
        return (
            stated,
            f"delivery was {'' if stated else 'not '}due when the claim was filed{read_by(reading)}",
            (reading.exhibit,),
        )
    end, claimed = facts.instant("delivery_window_end"), facts.life.claim_at
    if end is None or claimed is None:
        return None
    for other in facts.claimed_parcels:
        delivered = facts.instant("delivered_at", other)
        if delivered is not None and delivered[0] <= claimed:
            return True, f"tracking showed delivered at {utc_text(delivered[0])}, before the claim", (delivered[1],)
    rule = facts.tables.rule("not_received_grace")
    from_when = end[0] + dt.timedelta(days=rule.amount)
    words = f"delivery window to {utc_text(end[0])} and {rule.amount} days, claimed {utc_text(claimed)}"
    return claimed >= from_when, words, (end[1], facts.life.claim_exhibit)


@probe("withdrawal")
def withdrawal(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = generic(facts, item, parcel)
    weak = [one for one in facts.life.counted() if one.outcome is Outcome.WITHDRAWN]
    if found.state is ItemState.HELD or not weak:
        return found
    words = "a mail that nobody authenticated says that the claim was withdrawn; look in Seller Central and record it"
    return unknown(words, weak[-1].exhibit)


@probe("cancellation")
def cancellation(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    order = facts.case.order
    stated = facts.first("cancelled_at")
    if stated is not None:
        return held(f"cancelled at {stated.words}{read_by(stated)}", stated.exhibit)
    if order is None:
        return absent(facts, item)
    if order.fulfillment_status == "CANCELLED":
        return held("the order's status is cancelled", order.evidence)
    if order.items and all(found.cancelled_by for found in order.items):
        return held("every item of the order was cancelled", order.evidence)
    return missing("the order was not cancelled", order.evidence)


@probe("cancellation_unanswered")
def cancellation_unanswered(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    order = facts.case.order
    asked = facts.first("cancellation_requested_at")
    in_order = [found for found in order.items if found.cancel_requested_by] if order else []
    if asked is None and not in_order:
        return absent(facts, item, "no request to cancel was found")
    exhibit = asked.exhibit if asked else order.evidence if order else None
    if cancellation(facts, facts.tables.item("cancellation"), None).exhibits and facts.first("cancelled_at"):
        return missing("the buyer asked to cancel, and it was cancelled", exhibit)
    shipped = [found for found in facts.parcels if found.package is not None or found.physical_scans()]
    left = [moment for found in shipped if (moment := facts.instant("first_scan_at", found)) is not None]
    at = asked.value if asked else None
    if asked and isinstance(at, dt.datetime) and left and len(left) == len(shipped) and at >= max(left)[0]:
        words = (
            f"the buyer asked to cancel at {asked.words}, after the carrier had the parcel at {utc_text(max(left)[0])}"
        )
        return missing(words, asked.exhibit, max(left)[1])
    if shipped:
        return held("the buyer asked to cancel, and the order was shipped", exhibit, shipped[0].order_exhibit)
    if order is not None and order.fulfillment_status == "CANCELLED":
        return missing("the buyer asked to cancel, and it was cancelled", exhibit)
    return held("the buyer asked to cancel; nothing shows an answer", exhibit)


@probe("replacement_delivered")
def replacement_delivered(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    delivered = facts.first("replacement_delivered_at")
    if delivered is not None:
        return held(f"the replacement was delivered at {delivered.words}{read_by(delivered)}", delivered.exhibit)
    replacement = facts.first("replacement_order")
    if replacement is not None:
        return unknown(f"a replacement exists ({replacement.words}); its delivery is not known", replacement.exhibit)
    return absent(facts, item, "no replacement is known")


@probe("listing_as_sold")
def listing_as_sold(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    matches = facts.says("listing_matches")
    if matches is not None:
        reading = facts.readings("listing_matches")[0]
        return (held if matches else missing)(
            f"the exhibit {'shows' if matches else 'does not show'} the listing as sold", reading.exhibit
        )
    files = facts.attachments(item.attachments)
    listings, sold = facts.case.listings, facts.instant("order_time")
    if not listings:
        return of_files(facts, files) if files else absent(facts, item, "no copy of the listing is held")
    if sold is None:
        return unknown("a copy of the listing is held, the time of the sale is not known", listings[0].evidence)
    for found in listings:
        untouched = found.updated_at is not None and found.updated_at <= sold[0]
        if found.captured_at <= sold[0] or untouched:
            return held(
                f"listing captured {utc_text(found.captured_at)}, sold {utc_text(sold[0])}", found.evidence, sold[1]
            )
    return unknown("the listing was captured after the sale; it may have been changed in between", listings[0].evidence)


@probe("listing_changed")
def listing_changed(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    changed = facts.says("listing_changed")
    if changed is not None:
        reading = facts.readings("listing_changed")[0]
        return (held if changed else missing)(
            f"the listing was {'' if changed else 'not '}changed{read_by(reading)}", reading.exhibit
        )
    sold, copies = facts.instant("order_time"), facts.case.listings
    if sold is None and len(copies) > 1:
        return unknown("copies of the listing are held; which of them was sold from is not known", *_evidence(copies))
    before = [x for x in copies if sold is not None and x.captured_at <= sold[0]]
    after = [x for x in copies if sold is not None and x.captured_at > sold[0]]
    if before and after and sold is not None:
        old, new = before[-1], after[-1]
        if _content(old) != _content(new):
            return held("the listing as sold and the listing now differ", old.evidence, new.evidence, sold[1])
        return missing("the listing as sold and the listing now are the same", old.evidence, new.evidence, sold[1])
    return absent(facts, item, "there are no two copies to compare")


def _content(listing: Listing) -> tuple[object, ...]:
    return listing.title, listing.description, listing.bullets, listing.image_urls


def _evidence(listings: tuple[Listing, ...]) -> list[str]:
    return [found.evidence for found in listings]


@probe("pre_ship_photo")
def pre_ship_photo(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    """A photo that was taken when the carrier already had the parcel shows nothing of what was sent."""
    scans = [found for one in facts.parcels if (found := facts.instant("first_scan_at", one)) is not None]
    files = facts.attachments(item.attachments)
    if scans:
        last = max(scans)
        late = [entry for entry in files if entry.taken_at is not None and entry.taken_at > last[0]]
        if late and len(late) == len(files):
            words = f"the photo was taken after the carrier had the parcel at {utc_text(last[0])}"
            return missing(words, late[0].file, last[1])
    return generic(facts, item, parcel)
