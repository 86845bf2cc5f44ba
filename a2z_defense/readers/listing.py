"""getListingsItem or getCatalogItem to the listing as captured."""

from __future__ import annotations

from typing import Any

from a2z_defense.model.evidence import Piece
from a2z_defense.model.finances import Listing
from a2z_defense.readers.fields import child, instant, load, rows, text, unreadable


def read_listing(piece: Piece) -> Listing:
    """The listing. Raises Unreadable for an answer that names neither SKU nor ASIN."""
    answer = load(piece)
    place = piece.evidence.subject.partition(":")[0]
    summary = _of_marketplace(rows(answer, "summaries"), place)
    attributes = child(answer, "attributes")
    sku = text(answer, "sku")
    asin = text(answer, "asin") or text(summary, "asin")
    if sku is None and asin is None:
        raise unreadable(piece, "an answer without SKU and ASIN")
    pictures = rows(_of_marketplace(rows(answer, "images"), place), "images")
    links = [text(summary, "mainImage", "link"), *(text(picture, "link") for picture in pictures)]
    links += [text(row, "media_location") for name in _picture_names(attributes) for row in rows(attributes, name)]
    return Listing(
        evidence=piece.evidence.id,
        asin=asin,
        sku=sku,
        title=text(summary, "itemName") or next(iter(_values(attributes, "item_name", place)), None),
        description="\n".join(_values(attributes, "product_description", place)) or None,
        bullets=tuple(_values(attributes, "bullet_point", place)),
        image_urls=tuple(dict.fromkeys(link for link in links if link)),
        captured_at=piece.evidence.provenance.obtained_at,
        updated_at=instant(summary, "lastUpdatedDate"),
    )


def _of_marketplace(found: list[dict[str, Any]], marketplace_id: str) -> dict[str, Any]:
    """The row of that marketplace; the only row when it does not say."""
    same = [row for row in found if text(row, "marketplaceId") == marketplace_id]
    return same[0] if same else found[0] if len(found) == 1 else {}


def _values(attributes: Any, name: str, marketplace_id: str) -> list[str]:
    """The texts of one attribute, those of the marketplace when the attribute tells marketplaces apart."""
    found = rows(attributes, name)
    told = [row for row in found if text(row, "marketplace_id") == marketplace_id]
    return [value for row in told or found if (value := text(row, "value"))]


def _picture_names(attributes: Any) -> list[str]:
    names = attributes if isinstance(attributes, dict) else {}
    return sorted(name for name in names if "product_image_locator" in name)
