"""Is a tracking number what its carrier's numbers look like? A doubt is a warning, never a refusal: the number is asked
for and shown all the same.

Patterns and check digits: the library tracking-numbers (UPS, FedEx, USPS, DHL, Amazon Logistics, OnTrac, and the postal
union's S10, which the posts of most countries use). A number that it does not know says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CARRIERS = {
    "ups": ("ups",),
    "fedex": ("fedex", "federal express"),
    "usps": ("usps", "united states postal"),
    "dhl": ("dhl",),
    "amazon": ("amazon", "amzn", "amzl"),
    "ontrac": ("ontrac",),
}
"""The library's carriers by words of the free-text carrier."""
_POSTAL = "s10"
"""Any country's post, so that it contradicts only a carrier that is no post."""


@dataclass(frozen=True)
class NumberCheck:
    """What is to be said of one tracking number."""

    carriers: tuple[str, ...]
    """Carriers whose pattern and check digit it fits."""
    warning: str | None = None


def check_number(carrier: str | None, number: str) -> NumberCheck:
    """Compare `number` with `carrier` (free text; None: not told)."""
    from tracking_numbers import DEFINITIONS  # type: ignore[attr-defined]

    text = re.sub(r"\s", "", number).upper()
    if not re.fullmatch(r"(?=.*\d)[0-9A-Z-]{6,40}", text):
        return NumberCheck((), "it does not look like a tracking number")
    sure: dict[str, str] = {}
    broken: dict[str, str] = {}
    for definition in DEFINITIONS:
        found = definition.test(text)
        if found is not None:
            (sure if found.valid else broken)[found.courier.code] = found.courier.name
    named = _named(carrier)
    carriers = tuple(sorted(sure))
    if named in sure or (not sure and named not in broken):
        return NumberCheck(carriers)
    if named in broken:
        return NumberCheck(carriers, f"its check digit is wrong for {broken[named]}: a digit may be mistyped")
    if named is None or _POSTAL in sure:
        return NumberCheck(carriers)
    # Plain digits fit several carriers by chance; letters and a check digit together do not.
    if text.isdigit():
        return NumberCheck(carriers)
    names = " or ".join(sure[code] for code in carriers)
    return NumberCheck(carriers, f"it looks like a number of {names}, but the carrier is given as {carrier}")


def _named(carrier: str | None) -> str | None:
    words = re.sub(r"[^a-z0-9]+", " ", (carrier or "").lower())
    return next((code for code, known in _CARRIERS.items() if any(word in words for word in known)), None)
