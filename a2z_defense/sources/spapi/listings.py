"""The listing as sold, and its pictures when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from a2z_defense.base.media import media_type
from a2z_defense.model.evidence import EvidenceKind, Trouble
from a2z_defense.sources.spapi import followups, pictures
from a2z_defense.sources.spapi.answers import Final, parse
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.calls import Caller
from a2z_defense.sources.spapi.operations import GET_CATALOG, GET_LISTING, IMAGE, Operation
from a2z_defense.sources.spapi.records import Recorder
from a2z_defense.sources.spapi.tasks import Found, Held, Run, Submit, Task, WantedClaim


class ListingCalls:
    """Makes the tasks for one item's listing."""

    def __init__(
        self,
        caller: Caller,
        areas: Areas,
        recorder: Recorder,
        held: Held,
        once: Callable[[Operation, WantedClaim, str, Run], Task | None],
        endpoint: Callable[[WantedClaim], str],
        *,
        with_pictures: bool,
    ) -> None:
        """`once` makes a task unless its answer is fresh or asked for; `endpoint` is where a claim is asked about."""
        self._caller = caller
        self._areas = areas
        self._recorder = recorder
        self._held = held
        self._once = once
        self._endpoint = endpoint
        self._with_pictures = with_pictures

    def task(self, claim: WantedClaim, item: followups.Item) -> Task | None:
        """The seller's own listing when the seller id is known, else the catalogue's page."""
        seller_id = self._caller.access.seller_id
        place = self._caller.access.marketplace_for(claim.marketplace_id)
        if not place:
            return None
        if seller_id and item.sku:
            sku = item.sku

            def own(claim: WantedClaim, subject: str, submit: Submit) -> Iterator[Found]:
                endpoint = self._endpoint(claim)
                answer, found = self._caller.call(
                    GET_LISTING, sku, lambda: self._areas.listing(endpoint, seller_id, sku, place)
                )
                yield self._recorder.observation(GET_LISTING, subject, answer)
                for task in self._pictures(claim, subject, found):
                    submit(task)

            return self._once(GET_LISTING, claim, f"{place}:{sku}", own)
        if not item.asin:
            return None
        asin = item.asin

        def page(claim: WantedClaim, subject: str, submit: Submit) -> Iterator[Found]:
            endpoint = self._endpoint(claim)
            answer, found = self._caller.call(GET_CATALOG, asin, lambda: self._areas.catalog(endpoint, asin, place))
            yield self._recorder.observation(GET_CATALOG, subject, answer)
            for task in self._pictures(claim, subject, found):
                submit(task)

        return self._once(GET_CATALOG, claim, f"{place}:{asin}", page)

    def _pictures(self, claim: WantedClaim, about: str, answer: dict[str, Any]) -> list[Task]:
        """The pictures that a listing names, `about` being its marketplace and SKU or ASIN."""

        def fetch(link: str) -> Run:
            def run(claim: WantedClaim, subject: str, _: Submit) -> Iterator[Found]:
                if not pictures.is_amazons(link, self._endpoint(claim)):
                    raise Final(
                        Trouble.NOT_CONFIGURED,
                        "a picture of the listing lies at a host that is not Amazon's: it is not fetched",
                        "keep a picture of the product page yourself: a2z attach CLAIM FILE --as listing",
                    )
                answer, _found = self._caller.call(
                    IMAGE, subject, lambda: self._areas.picture(link), check=pictures.check_picture, paced=False
                )
                kept = self._recorder.observation(IMAGE, subject, replace(answer, path=link))
                yield replace(kept, media_type=media_type(answer.body))

            return run

        links = pictures.picture_links(answer, about.partition(":")[0]) if self._with_pictures else {}
        found = [self._once(IMAGE, claim, f"{about}#{variant}", fetch(link)) for variant, link in links.items()]
        return [task for task in found if task]

    def held_pictures(self, claim: WantedClaim, sku: str | None, asin: str | None) -> list[Task]:
        """Pictures of a listing that is held and young: it is not asked for again, so what is held names them."""
        place = self._caller.access.marketplace_for(claim.marketplace_id)
        names = ((EvidenceKind.LISTING, sku), (EvidenceKind.CATALOG, asin)) if self._with_pictures else ()
        found: list[Task] = []
        for kind, name in names:
            listing = self._held(kind, f"{place}:{name}") if place and name else None
            if listing is not None:
                found += self._pictures(claim, listing.subject, parse(listing.body))
        return found
