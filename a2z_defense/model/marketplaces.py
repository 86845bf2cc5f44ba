"""Amazon's marketplaces: id, country, domain, zone, currency, language, SP-API region.

Ids, countries and regions: developer-docs "Marketplace IDs", read 2026-08. Zones, currencies and languages: the
country's; where a country has several zones, the one whose midnight comes first, so that a deadline is never late.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Region(StrEnum):
    """SP-API's regions; each has an endpoint of its own."""

    EU = "eu"
    NA = "na"
    FE = "fe"


@dataclass(frozen=True)
class Marketplace:
    id: str
    country: str
    """Two letters; the United Kingdom is GB."""
    domain: str
    zone: str
    """Where the country's day ends first: deadlines by calendar day."""
    currency: str
    language: str
    region: Region
    shown_zone: str
    """The zone in which times are shown to people of that country."""
    zones: tuple[str, ...]
    """Every zone in which a day of that country may be counted: which day an instant falls on differs between them."""


_TABLE = """
ATVPDKIKX0DER  US amazon.com     America/New_York     USD en na
A2EUQ1WTGCTBG2 CA amazon.ca      America/St_Johns     CAD en na
A1AM78C64UM0Y8 MX amazon.com.mx  America/Cancun       MXN es na
A2Q3Y263D00KWC BR amazon.com.br  America/Noronha      BRL pt na
A1F83G8C2ARO7P GB amazon.co.uk   Europe/London        GBP en eu
A1PA6795UKMFR9 DE amazon.de      Europe/Berlin        EUR de eu
A13V1IB3VIYZZH FR amazon.fr      Europe/Paris         EUR fr eu
APJ6JRA9NG5V4  IT amazon.it      Europe/Rome          EUR it eu
A1RKKUPIHCS9HS ES amazon.es      Europe/Madrid        EUR es eu
A1805IZSGTT6HS NL amazon.nl      Europe/Amsterdam     EUR nl eu
A2NODRKZP88ZB9 SE amazon.se      Europe/Stockholm     SEK sv eu
A1C3SOZRARQ6R3 PL amazon.pl      Europe/Warsaw        PLN pl eu
AMEN7PMS3EDWL  BE amazon.com.be  Europe/Brussels      EUR fr eu
A28R8C7NBKEWEA IE amazon.ie      Europe/Dublin        EUR en eu
A33AVAJ2PDY3EV TR amazon.com.tr  Europe/Istanbul      TRY tr eu
A2VIGQ35RCS4UG AE amazon.ae      Asia/Dubai           AED en eu
A17E79C6D8DWNP SA amazon.sa      Asia/Riyadh          SAR ar eu
ARBP9OOSHTCHU  EG amazon.eg      Africa/Cairo         EGP ar eu
A21TJRUUN4KGV  IN amazon.in      Asia/Kolkata         INR en eu
AE08WJ6YKNBMC  ZA amazon.co.za   Africa/Johannesburg  ZAR en eu
A1VC38T7YXB528 JP amazon.co.jp   Asia/Tokyo           JPY ja fe
A39IBJ37TRP1C6 AU amazon.com.au  Australia/Sydney     AUD en fe
A19VAU5U5O7RUS SG amazon.sg      Asia/Singapore       SGD en fe
"""


_SHOWN = {
    "CA": "America/Toronto",
    "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo",
}
"""Countries whose earliest midnight is not where most people live."""

_ZONES = {
    "US": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "CA": (
        *("America/St_Johns", "America/Halifax", "America/Toronto"),
        *("America/Winnipeg", "America/Edmonton", "America/Vancouver"),
    ),
    "MX": ("America/Cancun", "America/Mexico_City", "America/Hermosillo", "America/Tijuana"),
    "BR": ("America/Noronha", "America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"),
    "AU": ("Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Darwin", "Australia/Perth"),
}
"""Countries of several zones, from east to west. Of the United States to the Pacific, in whose time Amazon writes its
own reports: Alaska and Hawaii count no day of Amazon's."""


def _parse(line: str) -> Marketplace:
    id_, country, domain, zone, currency, language, region = line.split()
    shown, zones = _SHOWN.get(country, zone), _ZONES.get(country, (zone,))
    return Marketplace(id_, country, domain, zone, currency, language, Region(region), shown, zones)


MARKETPLACES: tuple[Marketplace, ...] = tuple(_parse(line) for line in _TABLE.strip().splitlines())
_BY_ID = {found.id: found for found in MARKETPLACES}
_BY_COUNTRY = {found.country: found for found in MARKETPLACES} | {
    "UK": next(found for found in MARKETPLACES if found.country == "GB")
}
_BY_DOMAIN = {found.domain: found for found in MARKETPLACES}


def by_id(marketplace_id: str) -> Marketplace | None:
    """The marketplace with that SP-API id, or None."""
    return _BY_ID.get(marketplace_id)


def by_country(country: str) -> Marketplace | None:
    """The marketplace of a two-letter country (UK is GB), or None."""
    return _BY_COUNTRY.get(country.upper())


def by_domain(domain: str) -> Marketplace | None:
    """The marketplace of a shop's domain (`amazon.it`, `Amazon.it`), or None. Exact, never a suffix match."""
    return _BY_DOMAIN.get(domain.lower())
