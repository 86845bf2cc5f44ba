"""The listing's pictures: only when asked for, only from Amazon's host, only pictures; one that fails is a warning."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from a2z_defense.base.clock import Monotonic, SystemMonotonic
from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, Trouble
from a2z_defense.sandbox.faults import FaultKind, FaultRule
from a2z_defense.sandbox.synthetic import synthetic_claim
from a2z_defense.sources.spapi import library
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.pictures import MOST_PICTURES, is_amazons, picture_links
from a2z_defense.sources.spapi.tasks import WantedClaim

Desk = Any
Start = Callable[..., Desk]
CLAIM = synthetic_claim(0)
PLACE, ASIN = CLAIM.marketplace.id, CLAIM.thing.asin
SOURCES = ["order", "listing", "images"]


def jpeg(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def page(links: dict[str, str]) -> dict[str, Any]:
    rows = [{"variant": name, "link": link, "height": 30, "width": 40} for name, link in links.items()]
    summary = {"marketplaceId": PLACE, "itemName": "Kaffeemühle"}
    return {"asin": ASIN, "summaries": [summary], "images": [{"marketplaceId": PLACE, "images": rows}]}


def listed(desk: Start, links: dict[str, str] | None = None, **more: Any) -> Desk:
    ours = desk(1, **more)
    here = {"MAIN": f"{ours.box.endpoint}/images/I/main.jpg", "PT01": f"{ours.box.endpoint}/images/I/side.jpg"}
    ours.box.answers.catalog[ASIN] = page(here if links is None else links)
    ours.box.answers.pictures.update({"main.jpg": jpeg(), "side.jpg": jpeg("navy"), "text.jpg": b"<html>"})
    return ours


def of(found: list[Observation | SourceFailure], kind: EvidenceKind) -> list[Observation]:
    return sorted(
        (one for one in found if isinstance(one, Observation) and one.kind is kind), key=lambda one: one.subject
    )


def failed(found: list[Observation | SourceFailure]) -> list[SourceFailure]:
    return [one for one in found if isinstance(one, SourceFailure)]


def test_pictures_are_kept_when_asked_for_with_where_they_came_from(desk: Start) -> None:
    ours = listed(desk)
    found = ours.collect(ours.wanted(1), sources=SOURCES)
    assert failed(found) == []
    main, side = of(found, EvidenceKind.LISTING_IMAGE)
    assert (main.subject, side.subject) == (f"{PLACE}:{ASIN}#MAIN", f"{PLACE}:{ASIN}#PT01")
    assert (main.body, main.media_type) == (jpeg(), "image/jpeg")
    assert main.provenance.operation == "image"
    assert main.provenance.origin == f"{ours.box.endpoint}/images/I/main.jpg"
    (seen, _) = [one for one in ours.box.requests if one.operation == "image"]
    assert "x-amz-access-token" not in seen.headers


def test_threads_share_the_connections_to_a_host(desk: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that a second thread opened beside the first one's would be forgotten and never closed."""
    ours = listed(desk)
    areas = Areas(ours.access, SystemMonotonic())
    made: list[str] = []

    class SlowlyMade(library.Wire):
        def __init__(self, base_url: str, clock: Monotonic) -> None:
            made.append(base_url)
            time.sleep(0.1)  # the others come while it is made
            super().__init__(base_url, clock)

    monkeypatch.setattr(library, "Wire", SlowlyMade)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(areas.picture, [f"{ours.box.endpoint}/images/I/main.jpg"] * 4))
    areas.close()
    assert [one.body for one in answers] == [jpeg()] * 4
    assert made == [ours.box.endpoint]


def test_nobody_asks_for_pictures_unsaid(desk: Start) -> None:
    ours = listed(desk)
    assert of(ours.collect(ours.wanted(1), sources=SOURCES[:2]), EvidenceKind.LISTING_IMAGE) == []
    assert ours.box.count("image") == 0


def test_pictures_of_a_listing_that_is_held_are_fetched_without_asking_for_it_again(desk: Start) -> None:
    ours = listed(desk)
    held = {one.subject: one for one in of(ours.collect(ours.wanted(1), sources=SOURCES[:2]), EvidenceKind.CATALOG)}
    wanted = WantedClaim(CLAIM.order_id, PLACE, items=((None, ASIN),))
    found = ours.collect(
        [wanted],
        sources=SOURCES,
        fresh=lambda kind, _subject: kind in (EvidenceKind.ORDER, EvidenceKind.CATALOG),
        held=lambda _kind, subject: held.get(subject),
    )
    assert len(of(found, EvidenceKind.LISTING_IMAGE)) == 2
    assert ours.box.count("getCatalogItem") == 1


@pytest.mark.parametrize(
    ("links", "trouble"),
    [
        ({"MAIN": "https://images.example/x.jpg"}, Trouble.NOT_CONFIGURED),
        ({"MAIN": "https://m.media-amazon.com.example/x.jpg"}, Trouble.NOT_CONFIGURED),
        ({"MAIN": "{here}/images/I/gone.jpg"}, Trouble.NO_RECORD),
        ({"MAIN": "{here}/images/I/text.jpg"}, Trouble.UNREADABLE),
    ],
)
def test_a_picture_that_cannot_be_had_is_a_warning(desk: Start, links: dict[str, str], trouble: Trouble) -> None:
    ours = listed(desk)
    here = ours.box.endpoint
    ours.box.answers.catalog[ASIN] = page({name: link.replace("{here}", here) for name, link in links.items()})
    found = ours.collect(ours.wanted(1), sources=SOURCES)
    (failure,) = failed(found)
    assert (failure.source, failure.subject, failure.trouble) == ("images", CLAIM.order_id, trouble)
    assert not failure.needed
    assert failure.remedy
    assert len(of(found, EvidenceKind.CATALOG)) == 1


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.UNAVAILABLE_HTML, FaultKind.EMPTY])
def test_a_passing_fault_is_waited_out(desk: Start, kind: FaultKind) -> None:
    ours = listed(desk, faults=[FaultRule("image", kind, times=1)])
    assert len(of(ours.collect(ours.wanted(1), sources=SOURCES), EvidenceKind.LISTING_IMAGE)) == 2


@pytest.mark.parametrize(
    ("link", "yes"),
    [
        ("https://m.media-amazon.com/images/I/51x.jpg", True),
        ("https://images-eu.ssl-images-amazon.com/images/I/51x.jpg", True),
        ("http://m.media-amazon.com/images/I/51x.jpg", False),
        ("https://media-amazon.com.evil.example/x.jpg", False),
        ("https://notmedia-amazon.com/x.jpg", False),
        ("https://user@m.media-amazon.com/x.jpg", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_amazons_own_host_is_asked(link: str, yes: bool) -> None:
    assert is_amazons(link, "https://sellingpartnerapi-eu.amazon.com") is yes


def test_the_largest_of_each_variant_in_this_marketplace_and_no_more_than_a_page_shows() -> None:
    def picture(variant: Any, link: Any, side: Any) -> dict[str, Any]:
        return {"variant": variant, "link": link, "height": side, "width": side}

    rows = [picture("MAIN", "small", 75), picture("MAIN", "large", 1500), picture("PT01", "side", 500)]
    answer: dict[str, Any] = {
        "images": [
            {"marketplaceId": PLACE, "images": [*rows, picture(None, "x", 1), picture("PT02", 5, 1), "odd"]},
            {"marketplaceId": "OTHER", "images": [picture("MAIN", "theirs", 9000)]},
        ],
        "summaries": [{"marketplaceId": PLACE, "mainImage": {"link": "summary"}}],
    }
    assert picture_links(answer, PLACE) == {"MAIN": "large", "PT01": "side"}
    assert picture_links({"summaries": answer["summaries"]}, PLACE) == {"MAIN": "summary"}
    many = {"images": [{"marketplaceId": PLACE, "images": [picture(f"PT{n:02}", f"{n}", 1) for n in range(40)]}]}
    assert len(picture_links(many, PLACE)) == MOST_PICTURES
    for odd in ({}, {"images": 5}, {"images": [None]}, {"summaries": [{"mainImage": "x"}]}):
        assert picture_links(json.loads(json.dumps(odd)), PLACE) == {}
