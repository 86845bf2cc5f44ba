"""The pictures of a listing as sold: where Amazon says that they lie. Only its own media host is asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from a2z_defense.base.media import PICTURES, media_type
from a2z_defense.model.evidence import Trouble
from a2z_defense.sources.spapi.answers import Answer, Final, TryAgain

HOSTS = ("media-amazon.com", "ssl-images-amazon.com")
"""Domains of Amazon's media host, as product pages name it (m.media-amazon.com, images-eu.ssl-images-amazon.com; seen
2026-11). A listing's attributes may also name the seller's own host: that one is not asked."""
MOST_PICTURES = 12
MOST_BYTES = 10_000_000
"""Of one picture. Amazon takes pictures of up to 10,000 pixels a side; what it shows is smaller. Judgement."""


def picture_links(answer: dict[str, Any], marketplace_id: str) -> dict[str, str]:
    """Link by variant (`MAIN`, `PT01` ...), the largest of each, of a listing's or a catalogue page's answer."""
    found: dict[str, tuple[int, str]] = {}
    for row in _of_place(answer.get("images"), marketplace_id):
        for picture in _rows(row.get("images")):
            variant, link = picture.get("variant"), picture.get("link")
            size = _number(picture.get("width")) * _number(picture.get("height"))
            if (
                isinstance(variant, str)
                and isinstance(link, str)
                and (variant not in found or size > found[variant][0])
            ):
                found[variant] = (size, link)
    for row in _of_place(answer.get("summaries"), marketplace_id):
        main = row.get("mainImage")
        link = main.get("link") if isinstance(main, dict) else None
        if isinstance(link, str):
            found.setdefault("MAIN", (0, link))
    return {variant: link for variant, (_, link) in sorted(found.items())[:MOST_PICTURES]}


def is_amazons(link: str, endpoint: str) -> bool:
    """True for Amazon's media host by https, and for the endpoint's own host when that is a simulator's."""
    try:
        asked, ours = urlsplit(link), urlsplit(endpoint)
    except ValueError:
        return False
    if asked.scheme == ours.scheme and asked.netloc == ours.netloc:
        return True
    host = asked.hostname or ""
    return (
        asked.scheme == "https"
        and "@" not in asked.netloc
        and any(host == name or host.endswith(f".{name}") for name in HOSTS)
    )


def check_picture(answer: Answer) -> None:
    """Raises TryAgain for an answer that is not whole, Final for one that is no picture."""
    if answer.status == 429 or answer.status == 408 or answer.status >= 500:
        raise TryAgain(f"answered {answer.status}", throttled=answer.status == 429, retry_after=answer.retry_after)
    if answer.status != 200:
        raise Final(
            Trouble.NO_RECORD,
            f"a picture of the listing could not be fetched ({answer.status})",
            "keep a picture of the product page yourself: a2z attach CLAIM FILE --as listing",
        )
    if not answer.body:
        raise TryAgain("sent an empty picture")
    if len(answer.body) > MOST_BYTES or media_type(answer.body) not in PICTURES:
        raise Final(
            Trouble.UNREADABLE,
            "what Amazon names as a picture of the listing is none, or is too large",
            "keep a picture of the product page yourself: a2z attach CLAIM FILE --as listing",
        )


def _of_place(found: Any, marketplace_id: str) -> list[dict[str, Any]]:
    """The rows of that marketplace; the only row when it does not say."""
    rows = _rows(found)
    same = [row for row in rows if row.get("marketplaceId") == marketplace_id]
    return same or (rows if len(rows) == 1 else [])


def _rows(found: Any) -> list[dict[str, Any]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _number(found: Any) -> int:
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
