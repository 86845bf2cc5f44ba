"""The calls that one claim needs, each as a task, and what each answer leads to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, Trouble
from a2z_defense.sources.spapi import followups
from a2z_defense.sources.spapi.answers import Answer, Final
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.calls import Caller, GivenUp, Stopped, failure_words
from a2z_defense.sources.spapi.followups import Tracked
from a2z_defense.sources.spapi.listings import ListingCalls
from a2z_defense.sources.spapi.operations import (
    FINANCES_BY_ORDER,
    GET_MESSAGING,
    GET_ORDER,
    GET_SHIPMENT,
    GET_TRACKING,
    IMAGE,
    Operation,
)
from a2z_defense.sources.spapi.records import Recorder, without
from a2z_defense.sources.spapi.tasks import Found, Fresh, Held, OrderKnown, Run, Submit, Task, WantedClaim, defect

MOST_PAGES = 50
"""Pages of one order's financial events. More than 5,000 events on one order is a fault of the answers."""


class ClaimCalls:
    """Makes the tasks of a claim. Thread-safe: it holds no state of its own but what has been asked already."""

    def __init__(
        self, caller: Caller, areas: Areas, recorder: Recorder, fresh: Fresh, held: Held, sources: frozenset[str]
    ) -> None:
        self._caller = caller
        self._areas = areas
        self._recorder = recorder
        self._fresh = fresh
        self._sources = sources
        self._asked: dict[tuple[str, str], str] = {}
        self.leaning: set[str] = set()
        """Orders that wait for an answer which another order's task brings: the listing of the same product."""
        self._lock = threading.Lock()
        self._listings = ListingCalls(
            caller,
            areas,
            recorder,
            held,
            self._once,
            self._endpoint,
            with_pictures=IMAGE.source in sources,
        )
        self.order_known: OrderKnown = lambda _order_id, _created, _submit: iter(())
        """Told the date of each order that was asked for, None when it stays unknown."""

    def first(self, claim: WantedClaim) -> list[Task]:
        """The tasks that need no answer first."""
        found = [
            self._once(GET_ORDER, claim, claim.order_id, self._order),
            self._once(FINANCES_BY_ORDER, claim, f"{claim.order_id}#1", self._finances),
            *(self._shipment_task(claim, shipment_id) for shipment_id in claim.shipment_ids),
        ]
        for carrier, number in claim.tracking:
            found.append(self._parcel_task(claim, carrier, number))
        for carrier, number in claim.amazon_labels:
            found.append(self._parcel_task(claim, carrier, number, named=True))
        for sku, asin in claim.items:
            listing = self._listings.task(claim, followups.Item(sku, asin))
            found += [listing, *self._listings.held_pictures(claim, sku, asin)]
        if self._caller.access.marketplace_for(claim.marketplace_id):
            found.append(self._once(GET_MESSAGING, claim, claim.order_id, self._messaging))
        return [task for task in found if task]

    def _once(
        self,
        operation: Operation,
        claim: WantedClaim,
        subject: str,
        run: Run,
    ) -> Task | None:
        """A task, unless its source is not wanted, its answer is fresh, or it was asked in this run."""
        key = (operation.name, subject)
        with self._lock:
            if operation.source not in self._sources:
                return None
            if key in self._asked:
                if self._asked[key] != claim.order_id:
                    self.leaning.add(claim.order_id)
                return None
            self._asked[key] = claim.order_id
        refused = _refused_subject(operation, claim, subject)
        if self._fresh(operation.kind, subject) or self._fresh(EvidenceKind.REFUSAL, refused):
            return None
        return Task(operation, claim, lambda submit: self._guarded(operation, claim, run, subject, submit))

    def _guarded(
        self,
        operation: Operation,
        claim: WantedClaim,
        run: Run,
        subject: str,
        submit: Submit,
    ) -> Iterator[Found]:
        """Run the calls; what goes wrong becomes a failure with cause and remedy."""
        try:
            yield from run(claim, subject, submit)
            return
        except Final as final:
            if not operation.needed and final.answer is not None and final.answer.status in {400, 403, 404}:
                yield self._recorder.refusal(operation, _refused_subject(operation, claim, subject), final.answer)
            yield self._failure(operation, claim, final)
        except GivenUp as why:
            yield self._failure(operation, claim, why)
        except Stopped:
            raise
        except Exception as error:  # noqa: BLE001 - one odd answer must not cost the other claims theirs
            yield self._failure(operation, claim, defect(operation, error))
        if operation is GET_ORDER:
            yield from self.order_known(claim.order_id, None, submit)

    def _failure(self, operation: Operation, claim: WantedClaim, why: Exception) -> SourceFailure:
        trouble, cause, remedy = failure_words(why)
        return self._recorder.failure(operation.source, claim.order_id, trouble, cause, remedy, needed=operation.needed)

    def _endpoint(self, claim: WantedClaim) -> str:
        found = self._caller.access.endpoint_for(claim.marketplace_id)
        if found is None:
            raise Final(
                Trouble.NOT_CONFIGURED,
                "the claim's marketplace is not known, so neither is the region to ask",
                "set accounts.NAME.region to eu, na or fe, or SP_API_DEFAULT_MARKETPLACE",
            )
        return found

    def _order(self, claim: WantedClaim, _: str, submit: Submit) -> Iterator[Found]:
        endpoint = self._endpoint(claim)
        answer, order = self._caller.call(
            GET_ORDER, claim.order_id, lambda: self._areas.order(endpoint, claim.order_id)
        )
        yield self._recorder.observation(GET_ORDER, claim.order_id, answer)
        yield from self.order_known(claim.order_id, followups.created_at(order), submit)
        place = followups.marketplace_of(order) or claim.marketplace_id
        known = WantedClaim(claim.order_id, place)
        for parcel in followups.parcels(order, place):
            self._follow(self._tracking_task(known, parcel), submit)
        for carrier, number in followups.packages(order):
            if followups.nameless(carrier, number, place):
                self._follow(self._parcel_task(known, carrier, number), submit)
        for item in followups.items(order):
            self._follow(self._listings.task(known, item), submit)
        if self._caller.access.marketplace_for(place):
            self._follow(self._once(GET_MESSAGING, known, claim.order_id, self._messaging), submit)

    @staticmethod
    def _follow(task: Task | None, submit: Submit) -> None:
        if task:
            submit(task)

    def _finances(self, claim: WantedClaim, _: str, __: Submit) -> Iterator[Found]:
        """All pages. The first is handed over last: once it is held, all of them are."""
        endpoint = self._endpoint(claim)
        pages: list[Observation] = []
        ended: Final | GivenUp | None = None
        token: str | None = None
        passed: set[str] = set()
        while ended is None:
            try:
                answer, found = self._finances_page(endpoint, claim.order_id, token)
            except (Final, GivenUp) as why:
                ended = why
                break
            subject = f"{claim.order_id}#{len(pages) + 1}"
            identity = without(answer.body, "payload", "NextToken")
            pages.append(self._recorder.observation(FINANCES_BY_ORDER, subject, answer, identity=identity))
            following = found["payload"].get("NextToken")
            if not following:
                break
            if following in passed or len(pages) >= MOST_PAGES:
                ended = GivenUp(
                    f"the pages of {FINANCES_BY_ORDER.name} do not end", "run a2z fetch again; report it if it stays"
                )
            passed.add(following)
            token = following
        yield from reversed(pages)
        if ended is not None:
            raise ended

    def _finances_page(self, endpoint: str, order_id: str, token: str | None) -> tuple[Answer, Any]:
        return self._caller.call(FINANCES_BY_ORDER, order_id, lambda: self._areas.finances(endpoint, order_id, token))

    def _tracking_task(self, claim: WantedClaim, parcel: Tracked) -> Task | None:
        def run(claim: WantedClaim, subject: str, _: Submit) -> Iterator[Found]:
            endpoint = self._endpoint(claim)
            answer, _found = self._caller.call(
                GET_TRACKING, parcel.number, lambda: self._areas.tracking(endpoint, parcel)
            )
            yield self._recorder.observation(GET_TRACKING, subject, answer)

        return self._once(GET_TRACKING, claim, parcel.subject, run)

    def _parcel_task(
        self, claim: WantedClaim, carrier: str | None, number: str | None, *, named: bool = False
    ) -> Task | None:
        """The task for a parcel of Amazon's own carrier; one that says so when no carrier id of it is known."""
        parcel = followups.amazon_parcel(carrier, number, claim.marketplace_id, named=named)
        if parcel:
            return self._tracking_task(claim, parcel)
        if not followups.nameless(carrier, number, claim.marketplace_id, named=named):
            return None

        def run(_claim: WantedClaim, _subject: str, _submit: Submit) -> Iterator[Found]:
            raise Final(
                Trouble.NOT_CONFIGURED,
                "getTracking wants a carrier id, and that of Amazon's carrier in this marketplace is not known to a2z",
                "state it as your shipping program names it, a2z state CLAIM carrier AMZN_... --from EXHIBIT, or attach"
                " the carrier's record",
            )

        return self._once(GET_TRACKING, claim, f"?:{number}", run)

    def _shipment_task(self, claim: WantedClaim, shipment_id: str) -> Task | None:
        def run(claim: WantedClaim, subject: str, submit: Submit) -> Iterator[Found]:
            endpoint = self._endpoint(claim)
            answer, found = self._caller.call(
                GET_SHIPMENT, shipment_id, lambda: self._areas.shipment(endpoint, shipment_id)
            )
            yield self._recorder.observation(GET_SHIPMENT, subject, answer)
            parcel = _label_parcel(found, claim.marketplace_id)
            if parcel:
                self._follow(self._tracking_task(claim, parcel), submit)

        return self._once(GET_SHIPMENT, claim, shipment_id, run)

    def _messaging(self, claim: WantedClaim, _: str, __: Submit) -> Iterator[Found]:
        endpoint = self._endpoint(claim)
        place = self._caller.access.marketplace_for(claim.marketplace_id) or ""
        answer, _found = self._caller.call(
            GET_MESSAGING, claim.order_id, lambda: self._areas.messaging(endpoint, claim.order_id, place)
        )
        yield self._recorder.observation(GET_MESSAGING, claim.order_id, answer)


def _refused_subject(operation: Operation, claim: WantedClaim, subject: str) -> str:
    """What a kept refusal is about: the order first, so that its case finds it."""
    about = "" if subject == claim.order_id else f":{subject}"
    return f"{claim.order_id}#{operation.name}{about}"


def _label_parcel(shipment: dict[str, Any], marketplace_id: str | None) -> Tracked | None:
    payload = shipment["payload"]
    service = payload.get("ShippingService")
    carrier = service.get("CarrierName") if isinstance(service, dict) else None
    return followups.amazon_parcel(carrier, payload.get("TrackingId"), marketplace_id)
