"""What every story shares: the store, the mails' frames, tracking numbers with a right check digit."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from a2z_defense.model.marketplaces import Marketplace, by_country
from a2z_defense.readers.carrier_file import SCHEMA
from a2z_defense.sandbox import mails, shapes
from a2z_defense.sandbox.money_shapes import charge_event, financial_events, refund_event
from a2z_defense.sandbox.reports import COLUMNS
from a2z_defense.sandbox.shapes import Home, Thing

STORE = "Bottega Ferrùa"
MAILBOX = "claims@store.example"
ACTIONS = ("confirmDeliveryDetails", "unexpectedProblem")


@dataclass(frozen=True)
class Frame:
    """What Amazon puts around a message: the delimiters' words and the line before them."""

    begin: str
    end: str
    greeting: str


@dataclass
class Story:
    """The files of one scenario, by path."""

    slug: str
    country: str
    order_id: str
    item: str
    asin: str
    buyer: str
    """Name as the relay shows it."""
    case: str = ""
    """The `+` part of the relay alias."""
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def shop(self) -> Marketplace:
        found = by_country(self.country)
        assert found is not None
        return found

    @property
    def email(self) -> str:
        """The buyer's relay address, as Orders tells it."""
        return mails.alias(self.buyer, self.shop)

    def at(self, text: str) -> dt.datetime:
        """`2026-11-04 10:12` on the marketplace's wall clock."""
        return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(self.shop.zone))

    def local(self, text: str, zone: str) -> dt.datetime:
        """The same on another wall clock: a marketplace's zone is not every buyer's."""
        return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))

    def answer(self, name: str, content: Mapping[str, Any]) -> None:
        """An SP-API answer."""
        self.files[f"spapi/{name}.json"] = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    def order(self, content: Mapping[str, Any], asked_for: Sequence[str] = ACTIONS) -> None:
        """The order, the messages that may be sent on it, and its items' catalog entries."""
        self.answer("getOrder", content)
        self.answer("getMessagingActionsForOrder", shapes.messaging_actions(self.order_id, self.shop, asked_for))
        for item in content["order"]["orderItems"]:
            product = item["product"]
            self.answer(f"getCatalogItem.{product['asin']}", shapes.catalog_item(self.shop, product))

    def charged(
        self,
        at: dt.datetime | None,
        things: Sequence[Thing],
        *,
        shipping: Decimal = Decimal(0),
        **refunds: dt.datetime,
    ) -> None:
        """What Finances shows: the charge at shipment, and refunds or claim debits by the name of their list."""
        lists = {} if at is None else {
            "ShipmentEventList": [charge_event(self.order_id, self.shop, at, things, shipping=shipping)]
        }  # fmt: skip
        for name, when in refunds.items():
            lists[name] = [refund_event(self.order_id, self.shop, when, things, shipping=shipping)]
        self.answer("listFinancialEventsByOrderId", financial_events(**lists))

    def refunded(self, at: dt.datetime, things: Sequence[Thing]) -> None:
        """A refund more, of other amounts than were charged."""
        name = "spapi/listFinancialEventsByOrderId.json"
        content = json.loads(self.files[name])
        event = refund_event(self.order_id, self.shop, at, things)
        content["payload"]["FinancialEvents"].setdefault("RefundEventList", []).append(event)
        self.answer("listFinancialEventsByOrderId", content)

    def returns_row(self, row: Mapping[str, str]) -> bytes:
        """`returns.tsv` with one row of the returns report."""
        told = {"Order ID": self.order_id, "ASIN": self.asin, "Item Name": self.item, **row}
        unknown = set(told) - set(COLUMNS)
        assert not unknown, unknown
        lines = ("\t".join(COLUMNS), "\t".join(told.get(name, "") for name in COLUMNS))
        return ("\n".join(lines) + "\n").encode()

    def carrier_json(self, name: str, shipment: Mapping[str, Any]) -> None:
        """A carrier's record in a2z's JSON form (docs/carrier-files.md)."""
        content = {"schema": SCHEMA, "shipments": [shipment]}
        self.files[f"files/{name}.json"] = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    def carrier_csv(self, name: str, rows: Sequence[Mapping[str, str]]) -> None:
        """A carrier's record in a2z's CSV form."""
        out = io.StringIO()
        writer = csv.DictWriter(out, fieldnames=list(CARRIER_COLUMNS), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
        self.files[f"files/{name}.csv"] = out.getvalue().encode()

    def notice(
        self,
        name: str,
        at: dt.datetime,
        subject: str,
        lines: Sequence[str],
        *,
        display: str = "Amazon A-to-z Guarantee",
        kind: str = mails.CLAIM,
    ) -> None:
        """A claim notice or decision."""
        letter = mails.Letter(
            marketplace=self.shop,
            at=at,
            subject=subject,
            sender=f"atoz-guarantee-no-reply@{self.shop.domain}",
            display=display,
            to=MAILBOX,
            html=mails.page(mails.sentences(lines), marketplace=self.shop, key=f"{self.slug}{name}"),
            notification=kind,
        )
        self.files[f"mail/{name}.eml"] = mails.write(letter)

    def buyer_says(
        self, name: str, at: dt.datetime, subject: str, words: str, frame: Frame, references: tuple[str, ...] = ()
    ) -> str:
        """A buyer's message; returns its Message-ID."""
        return self._message(
            name, at, subject, words, frame, sender=mails.alias(self.buyer, self.shop, self.case),
            display=f"{self.buyer} - Amazon Marketplace", kind=mails.BUYER, references=references,
        )  # fmt: skip

    def we_said(self, name: str, at: dt.datetime, words: str, frame: Frame, references: tuple[str, ...]) -> str:
        """Amazon's copy of the seller's own message."""
        return self._message(
            name, at, f"Order information from Amazon seller {STORE} (Order: {self.order_id})", words, frame,
            sender="donotreply@amazon.com", display="Amazon.com", kind=mails.OWN_COPY, references=references,
        )  # fmt: skip

    def _message(
        self, name: str, at: dt.datetime, subject: str, words: str, frame: Frame, *,
        sender: str, display: str, kind: str, references: tuple[str, ...],
    ) -> str:  # fmt: skip
        cell = mails.message_cell(
            order_id=self.order_id, item=self.item, asin=self.asin, words=words,
            begin=frame.begin, end=frame.end, greeting=frame.greeting,
        )  # fmt: skip
        key = f"{self.slug}{name}"
        letter = mails.Letter(
            marketplace=self.shop,
            at=at,
            subject=subject,
            sender=sender,
            display=display,
            to=MAILBOX,
            html=mails.page(cell, marketplace=self.shop, key=key, footer=mails.message_footer(self.shop, key)),
            notification=kind,
            references=references,
        )
        self.files[f"mail/{name}.eml"] = mails.write(letter)
        return mails.message_id(letter)

    def listed(
        self, name: str, at: dt.datetime, subject: str, kind: str, lead: Sequence[str], header: Sequence[str],
        rows: Sequence[Sequence[str]], after: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """A return request or refund mail."""
        cell = mails.table_cell(lead, header, rows, after)
        letter = mails.Letter(
            marketplace=self.shop,
            at=at,
            subject=subject,
            sender="donotreply@amazon.com",
            display=self.shop.domain.capitalize(),
            to=MAILBOX,
            html=mails.page(cell, marketplace=self.shop, key=f"{self.slug}{name}"),
            notification=kind,
        )
        self.files[f"mail/{name}.eml"] = mails.write(letter)


EN = Frame("Begin message", "End message", "You have received a message.")
EN_OWN = Frame("Begin message", "End message", "Your message was sent to the buyer.")
CARRIER_COLUMNS = (
    "tracking_number", "carrier", "service", "event", "code", "time", "leg", "city", "postal_code", "country",
    "signed_by", "left_with",
)  # fmt: skip


def scan(code: str, event: str, at: dt.datetime, place: tuple[str, str, str], **more: str) -> dict[str, str]:
    """One scan of a carrier's record; `place` is (city, postal code, country)."""
    city, postal_code, country = place
    told = {"event": event, "code": code, "time": at.isoformat(), "leg": more.pop("leg", "forward")}
    return told | {"city": city, "postal_code": postal_code, "country": country} | more


def town(home: Home) -> tuple[str, str, str]:
    """(city, postal code, country) of an address."""
    return home.city, home.postal_code, home.country


def s10(service: str, serial: str, country: str) -> str:
    """A postal item number with its check digit (UPU standard S10)."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = 11 - total % 11
    return f"{service}{serial}{ {10: 0, 11: 5}.get(check, check) }{country}"


def mod10(number: str) -> str:
    """`number` with the check digit of a GS1 code (SSCC and its like)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number)))
    return number + str(-total % 10)
