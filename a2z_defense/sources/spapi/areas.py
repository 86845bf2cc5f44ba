"""The mended clients of one account, made once per endpoint and shared by all threads, and the calls a2z makes."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from a2z_defense.base.clock import Monotonic
from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import Trouble
from a2z_defense.sources.spapi import library
from a2z_defense.sources.spapi.access import Access, is_loopback
from a2z_defense.sources.spapi.answers import Answer, Final
from a2z_defense.sources.spapi.followups import Tracked
from a2z_defense.sources.spapi.operations import ORDER_DATA

LISTING_DATA = ("summaries", "attributes")
CATALOG_DATA = ("summaries", "attributes", "images")


class Areas:
    """Every call that a2z makes, with exactly the parameters of Amazon's model."""

    def __init__(self, access: Access, clock: Monotonic) -> None:
        library.quiet()
        self._clock = clock
        self._lwa_wire = library.Wire(access.lwa_endpoint, clock)
        self.tokens = library.TokenClient(access, self._lwa_wire, clock)
        self._wires: dict[str, library.Wire] = {}
        self._clients: dict[tuple[type, str], Any] = {}
        self._lock = threading.RLock()  # a client is made with its wire

    def close(self) -> None:
        for wire in (self._lwa_wire, *self._wires.values()):
            wire.close()

    def token(self) -> Answer:
        """Exchange the refresh token now, when none is held. Raises TryAgain or Final."""
        self.tokens.get_auth()
        return Answer(200, {}, b"{}")

    def order(self, endpoint: str, order_id: str) -> Answer:
        return self._answer(self._client(library.Orders, endpoint).get_order(order_id, includedData=list(ORDER_DATA)))

    def finances(self, endpoint: str, order_id: str, next_token: str | None) -> Answer:
        asked: dict[str, Any] = {"MaxResultsPerPage": 100}
        if next_token:
            asked["NextToken"] = next_token
        client = self._client(library.Finances, endpoint)
        return self._answer(client.get_financial_events_for_order(order_id, **asked))

    def sweep(self, endpoint: str, after: dt.datetime, before: dt.datetime | None, next_token: str | None) -> Answer:
        asked: dict[str, Any] = {"MaxResultsPerPage": 100, "PostedAfter": utc_text(after)}
        if before:
            asked["PostedBefore"] = utc_text(before)
        if next_token:
            asked["NextToken"] = next_token
        return self._answer(self._client(library.Finances, endpoint).list_financial_events(**asked))

    def tracking(self, endpoint: str, parcel: Tracked) -> Answer:
        asked = {"trackingId": parcel.number, "carrierId": parcel.carrier_id}
        if parcel.business:
            asked[library.BUSINESS_HEADER] = parcel.business
        return self._answer(self._client(library.Shipping, endpoint).get_tracking(**asked))

    def shipment(self, endpoint: str, shipment_id: str) -> Answer:
        return self._answer(self._client(library.Fulfillment, endpoint).get_shipment(shipment_id))

    def listing(self, endpoint: str, seller_id: str, sku: str, marketplace_id: str) -> Answer:
        client = self._client(library.Listings, endpoint)
        return self._answer(
            client.get_listings_item(seller_id, sku, marketplaceIds=marketplace_id, includedData=",".join(LISTING_DATA))
        )

    def catalog(self, endpoint: str, asin: str, marketplace_id: str) -> Answer:
        client = self._client(library.Catalog, endpoint)
        return self._answer(
            client.get_catalog_item(asin, marketplaceIds=marketplace_id, includedData=",".join(CATALOG_DATA))
        )

    def messaging(self, endpoint: str, order_id: str, marketplace_id: str) -> Answer:
        client = self._client(library.Messages, endpoint)
        return self._answer(client.get_messaging_actions_for_order(order_id, marketplaceIds=marketplace_id))

    def create_report(
        self,
        endpoint: str,
        report_type: str,
        marketplaces: Sequence[str],
        start: dt.datetime | None,
        end: dt.datetime | None,
    ) -> Answer:
        asked: dict[str, Any] = {"reportType": report_type, "marketplaceIds": list(marketplaces)}
        if start:
            asked["dataStartTime"] = utc_text(start)
        if end:
            asked["dataEndTime"] = utc_text(end)
        return self._answer(self._client(library.SellerReports, endpoint).create_report(**asked))

    def report(self, endpoint: str, report_id: str) -> Answer:
        return self._answer(self._client(library.SellerReports, endpoint).get_report(report_id))

    def report_document(self, endpoint: str, document_id: str) -> Answer:
        return self._answer(self._client(library.SellerReports, endpoint).document_address(document_id))

    def download(self, url: str) -> Answer:
        """The document itself, from the address that Amazon signed; it takes no token. Raises TryAgain or Final."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise Final(
                Trouble.NO_ANSWER,
                "the report's address is not an https one",
                "check A2Z_SPAPI_ENDPOINT: this does not come from Amazon",
            )
        return self._wire(url).request("GET", url)

    def picture(self, url: str) -> Answer:
        """A listing's picture; it takes no token. Raises TryAgain."""
        return self._wire(url).request("GET", url)

    def participations(self, endpoint: str) -> Answer:
        return self._answer(self._client(library.SellerInfo, endpoint).get_marketplace_participation())

    def _client(self, area: type, endpoint: str) -> Any:
        key = (area, endpoint)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = area(endpoint, self.tokens, self._wire(endpoint))
            return self._clients[key]

    def _wire(self, url: str) -> library.Wire:
        base = "/".join(url.split("/", 3)[:3])
        with self._lock:
            if base not in self._wires:
                self._wires[base] = library.Wire(base, self._clock)
            return self._wires[base]

    @staticmethod
    def _answer(found: Any) -> Answer:
        if not isinstance(found, Answer):
            raise TypeError("the library parsed the answer itself: _check_response is no longer what it was")
        return found
