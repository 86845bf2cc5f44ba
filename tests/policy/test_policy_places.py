"""Where a parcel was left, who may say so, and places and names in the many ways that carriers write them."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def judged(**more: object) -> Assessment:
    return assess(c.case(**more), TABLES)  # type: ignore[arg-type]


def state(found: Assessment, item_id: str) -> str:
    item = found.item(item_id)
    assert item is not None, (item_id, found.defence)
    return item.state.value


# who may say that the buyer named the place


NEIGHBOUR = c.shipment(scans=c.delivered_scans(left_with="neighbor"))


@pytest.mark.parametrize(
    ("source", "kind", "taken"),
    [
        ("file message.png", AttachmentKind.SCREENSHOT, True),
        ("file message.png", AttachmentKind.OTHER, True),
        ("file pod.pdf", AttachmentKind.POD, False),
        ("file scan.json", AttachmentKind.CARRIER, False),
        ("file photo.jpg", AttachmentKind.DELIVERY_PHOTO, False),
        ("order", None, True),
        ("buyer 03-04", None, True),
        ("seller 03-05", None, False),
        (f"tracking {c.TRACKING}", None, False),
    ],
)
def test_only_the_buyers_words_or_the_order_say_that_the_buyer_named_the_place(
    source: str, kind: AttachmentKind | None, taken: bool
) -> None:
    name = source.partition(" ")[2]
    entries = [c.attached(kind, name=name)] if kind else []
    messages = [
        c.message("Please leave it with the neighbour.", "03-04 09:00", name="buyer 03-04"),
        c.message("We left it there.", "03-05 09:00", by="seller", name="seller 03-05"),
    ]
    said = c.stated("place_named_by_buyer", "yes", source=source)
    found = judged(shipments=[NEIGHBOUR], messages=messages, entries=[*entries, said])
    assert state(found, "left_elsewhere") == ("missing" if taken else "held")
    assert any("holds no word of the buyer" in words for words in found.warnings) is not taken
