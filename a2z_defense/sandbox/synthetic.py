"""Made-up orders and claims in any number, the same in every run: for benches and load tests.

Order k is a pure function of k, so that 10,000 mails and 200 orders agree with each other without being kept anywhere.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from a2z_defense.base.instants import parse_instant
from a2z_defense.model.marketplaces import Marketplace, by_country
from a2z_defense.sandbox import mails, money_shapes, shapes
from a2z_defense.sandbox.answers import Answers

NOW = parse_instant("2026-11-12T09:00:00Z")
"""The instant around which every synthetic claim lies."""
_COUNTRIES = ("IT", "GB", "US", "CA", "IE", "AU")
_NAMES = ("Zoë Àlvares", "Íde Ní Fhloinn", "Łukasz Żak", "Søren Øst", "Chloé Lefèvre", "José Peña", "Jürgen Weiß")
_TOWNS = ("Côte-Saint-Luc", "Forlì", "Llanfairpwll", "Dún Laoghaire", "San José", "Wagga Wagga")
_THINGS = ("Kaffeemühle", "Lámpara", "Théière", "Wool throw", "Slate clock", "Enamel pot")


@dataclass(frozen=True)
class SyntheticClaim:
    """One made-up order with a claim on it."""

    number: int
    order_id: str
    marketplace: Marketplace
    buyer: str
    thing: shapes.Thing
    home: shapes.Home
    tracking_number: str
    amazon_label: bool
    ordered_at: dt.datetime
    claimed_at: dt.datetime
    action_required: bool


def synthetic_claim(number: int) -> SyntheticClaim:
    """The claim with that number, from 0 on."""
    # not for secrecy: the same number must give the same order in every run
    dice = random.Random(f"claim {number}")  # noqa: S311
    marketplace = by_country(_COUNTRIES[number % len(_COUNTRIES)])
    assert marketplace is not None  # noqa: S101 a constant table
    buyer = f"{_NAMES[number % len(_NAMES)]} {number}"
    price = Decimal(dice.randrange(900, 25_000)) / 100
    claimed_at = NOW - dt.timedelta(minutes=dice.randrange(60, 3 * 24 * 60))
    return SyntheticClaim(
        number=number,
        order_id=f"{100 + number % 400}-{number % 9_000_000 + 1_000_000:07d}-{dice.randrange(10**7):07d}",
        marketplace=marketplace,
        buyer=buyer,
        thing=shapes.Thing(
            item_id=f"{70_000_000_000_000 + number}",
            title=_THINGS[number % len(_THINGS)],
            asin=f"B0{number % 36**4:08d}",
            sku=f"SYN-{number:06d}",
            price=price,
        ),
        home=shapes.Home(
            buyer, (f"{dice.randrange(1, 200)} Rue de l’Étang",), dice.choice(_TOWNS), "10124", marketplace.country
        ),
        tracking_number=f"SYN{number:010d}",
        amazon_label=number % 4 == 0,
        ordered_at=claimed_at - dt.timedelta(days=dice.randrange(12, 25)),
        claimed_at=claimed_at,
        action_required=number % 3 != 2,
    )


def synthetic_answers(count: int) -> Answers:
    """SP-API's answers for the claims 0 to `count` - 1."""
    found = Answers()
    for number in range(count):
        claim = synthetic_claim(number)
        day = dt.timedelta(days=1)
        shipped_at, delivered_at = claim.ordered_at + day, claim.ordered_at + 4 * day
        parcel = shapes.Parcel(
            "Amazon Shipping" if claim.amazon_label else "UPS",
            "Standard",
            claim.tracking_number,
            shipped_at,
            ((claim.thing.item_id, 1),),
            "DELIVERED",
            "DELIVERED",
        )
        found.orders[claim.order_id] = shapes.order(
            order_id=claim.order_id,
            marketplace=claim.marketplace,
            created=claim.ordered_at,
            updated=delivered_at,
            ship_by=(claim.ordered_at, claim.ordered_at + 2 * day),
            deliver_by=(claim.ordered_at + 3 * day, claim.ordered_at + 7 * day),
            home=claim.home,
            email=mails.alias(claim.buyer, claim.marketplace),
            things=[claim.thing],
            parcels=[parcel],
        )
        found.finances[claim.order_id] = money_shapes.financial_events(
            ShipmentEventList=[money_shapes.charge_event(claim.order_id, claim.marketplace, shipped_at, [claim.thing])]
        )
        if number % 4 == 3:
            found.returns.append(_return_row(claim))
        if claim.amazon_label:
            place = (claim.home.city, claim.home.postal_code, claim.home.country)
            found.tracking[claim.tracking_number] = shapes.tracking(
                claim.tracking_number,
                "Delivered",
                [
                    shapes.scan_event("PickupDone", shipped_at, place),
                    shapes.scan_event("Delivered", delivered_at, place),
                ],
                promised=claim.ordered_at + 7 * day,
                forward=["Signed"],
            )
    return found


def _return_row(claim: SyntheticClaim) -> dict[str, str]:
    """A row of the returns report: every fourth buyer asked for a return the day before the claim."""
    return {
        "Order ID": claim.order_id,
        "Order date": f"{claim.ordered_at:%d-%b-%Y}",
        "Return request date": f"{claim.claimed_at - dt.timedelta(days=1):%d-%b-%Y}",
        "Return request status": "Approved",
        "Currency code": claim.marketplace.currency,
        "A-to-Z Claim": "Y",
        "ASIN": claim.thing.asin,
        "Merchant SKU": claim.thing.sku,
        "Item Name": claim.thing.title,
        "Return quantity": "1",
        "Return Reason": "Item defective or doesn't work",
        "In policy": "Y",
        "Order Amount": f"{claim.thing.price:.2f}",
        "Order quantity": "1",
    }


def synthetic_mails(count: int) -> Iterator[bytes]:
    """For each claim its notice, and for every second one a message of the buyer before it."""
    for number in range(count):
        claim = synthetic_claim(number)
        if number % 2 == 0:
            yield mails.write(_message(claim))
        yield mails.write(_notice(claim))


def write_mbox(path: Path, count: int) -> int:
    """The mails of `count` claims as one mbox; returns how many mails there are."""
    written = 0
    with path.open("wb") as out:
        for raw in synthetic_mails(count):
            out.write(b"From MAILER-DAEMON Thu Nov 12 09:00:00 2026\n")
            out.writelines(
                b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in raw.splitlines(True)
            )
            out.write(b"\n")
            written += 1
    return written


def _notice(claim: SyntheticClaim) -> mails.Letter:
    money = f"{claim.marketplace.currency} {claim.thing.price:,.2f}"
    subject = f"Claim received on order {claim.order_id}"
    lines = [
        "Hello Synthetic Store,",
        "",
        f"We received an A-to-z Guarantee claim of {money} on the order {claim.order_id}.",
        "",
        "Please respond within 72 hours of this message in Seller Central."
        if claim.action_required
        else "You do not need to do anything now. We will write to you if we need more information.",
    ]
    return mails.Letter(
        marketplace=claim.marketplace,
        at=claim.claimed_at,
        subject=f"Action required: {subject}" if claim.action_required else subject,
        sender=f"atoz-guarantee-no-reply@{claim.marketplace.domain}",
        display="Amazon A-to-z Guarantee",
        to="claims@store.example",
        html=mails.page(mails.sentences(lines), marketplace=claim.marketplace, key=f"notice {claim.number}"),
        notification=mails.CLAIM,
    )


def _message(claim: SyntheticClaim) -> mails.Letter:
    cell = mails.message_cell(
        order_id=claim.order_id,
        item=claim.thing.title,
        asin=claim.thing.asin,
        words="Hello, my package has not arrived. Where is it?",
        begin="Begin message",
        end="End message",
        greeting="You have received a message.",
    )
    return mails.Letter(
        marketplace=claim.marketplace,
        at=claim.claimed_at - dt.timedelta(hours=60),
        subject=f"Order delivery inquiry from Amazon customer {claim.buyer} (Order: {claim.order_id})",
        sender=mails.alias(claim.buyer, claim.marketplace, f"{claim.number:08x}"),
        display=f"{claim.buyer} - Amazon Marketplace",
        to="claims@store.example",
        html=mails.page(
            cell,
            marketplace=claim.marketplace,
            key=f"message {claim.number}",
            footer=mails.message_footer(claim.marketplace, claim.order_id),
        ),
        notification=mails.BUYER,
    )
