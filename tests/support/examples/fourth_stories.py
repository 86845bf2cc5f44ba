"""Story 15: a partial refund, and words that run from right to left."""

from __future__ import annotations

from decimal import Decimal

from a2z_defense.sandbox import mails, shapes
from a2z_defense.sandbox.shapes import Home, Parcel, Thing
from support.examples.story import EN, EN_OWN, STORE, Story, scan


def partial_refund() -> Story:
    """AE: what came back was refunded in part, the claim asks for all of it: a person must decide."""
    story = Story(
        slug="15-partial-refund", country="AE", order_id="408-3319905-1270048", buyer="ليلى المنصوري", case="5b8e02f1",
        item="Copper coffee pot “دلّة”, 750 ml", asin="B0A2ZFAE01",
    )  # fmt: skip
    home = Home("ليلى المنصوري", ("فيلا ١٤، شارع النخلة الصغيرة", "البرشاء ٣"), "دبي", "00000", "AE", "دبي")
    pot = Thing("40812345678916", story.item, story.asin, "DALLAH-750", Decimal("210.00"))
    part = Thing(pot.item_id, pot.title, pot.asin, pot.sku, Decimal("150.00"))
    number, back_number = "48120033751", "48120039926"
    shipped, refunded = story.at("2026-10-19 15:00"), story.at("2026-11-05 11:20")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-18 22:41"), updated=refunded,
            ship_by=(story.at("2026-10-19 00:00"), story.at("2026-10-20 23:59:59")),
            deliver_by=(story.at("2026-10-22 00:00"), story.at("2026-10-25 23:59:59")),
            home=home, email=story.email, things=[pot],
            parcels=[Parcel("Aramex", "Domestic", number, shipped, ((pot.item_id, 1),), "DELIVERED", "DELIVERED")],
        ),
    )  # fmt: skip
    story.charged(shipped, [pot])
    story.refunded(refunded, [part])
    story.files["spapi/returns.tsv"] = story.returns_row(
        {
            "Order date": "18-Oct-2026", "Return request date": "26-Oct-2026", "Return request status": "Completed",
            "Amazon RMA ID": "DAEt5W3hVRRMA", "Label type": "AmazonUnPaidLabel", "Currency code": "AED",
            "Return carrier": "Aramex", "Tracking ID": back_number, "Label to be paid by": "Customer",
            "A-to-Z Claim": "Y", "Is prime": "N", "Merchant SKU": pot.sku, "Return quantity": "1",
            "Return Reason": "No longer needed", "In policy": "Y", "Return type": "C-Returns",
            "Resolution": "StandardRefund", "Return delivery date": "03-Nov-2026", "Order Amount": "210.00",
            "Order quantity": "1", "Refunded Amount": "150.00",
        }
    )  # fmt: skip
    story.carrier_json(
        "carrier-aramex-return",
        {
            "tracking_number": back_number,
            "carrier": "Aramex",
            "service": "Domestic",
            "events": [
                scan("Collected", "collected", story.at("2026-10-30 17:20"), ("دبي", "00000", "AE"), leg="return"),
                scan("Delivered", "delivered", story.at("2026-11-03 11:05"), ("الشارقة", "00000", "AE"), leg="return"),
            ],
        },
    )
    story.listed(
        "01-refund-issued", refunded, f"Refund of AED 150.00 initiated - order {story.order_id}", mails.REFUND_ISSUED,
        [f"Order ID: {story.order_id}", "Fulfillment: Seller"],
        ["Item", "ASIN", "SKU", "Quantity", "Item refund", "Shipping refund", "Reason"],
        [[story.item, story.asin, pot.sku, "1", "AED 150.00", "AED 0.00", "Customer return"]],
    )  # fmt: skip
    asked = story.buyer_says(
        "02-buyer", story.at("2026-11-06 19:05"),
        f"Return policy inquiry from Amazon customer ليلى (Order: {story.order_id})",
        "مرحبا،\nأعدتُ الدلّة ولم يصلني سوى جزء من المبلغ. متى تعيدون الباقي؟\nشكرا، ليلى",
        EN,
    )  # fmt: skip
    story.we_said(
        "03-our-answer", story.at("2026-11-07 09:12"),
        "Hello,\nthe pot came back with a deep scratch on its side, so AED 150.00 of AED 210.00 was refunded on"
        " 5 November.\nKind regards",
        EN_OWN, references=(asked,),
    )  # fmt: skip
    story.notice(
        "04-action-required", story.at("2026-11-11 09:45"),
        f"Action required: Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of AED 210.00 on the order {story.order_id}.",
            "The customer states that they returned the item and did not receive a full refund.",
            "",
            "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
            "",
            "Regards,",
            "Amazon.ae",
        ],
    )  # fmt: skip
    return story
