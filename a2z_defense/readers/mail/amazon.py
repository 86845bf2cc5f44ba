"""Who is Amazon, by exact suffix of the domain, and who only looks like it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from a2z_defense.model.marketplaces import MARKETPLACES, Marketplace, by_domain
from a2z_defense.readers.mail import tables

RELAY = "marketplace."
"""Buyers write from `<alias>@marketplace.amazon.<tld>`."""


@cache
def _domains() -> frozenset[str]:
    return frozenset({found.domain for found in MARKETPLACES} | set(tables.load("senders")["domains"]["more"]))


@dataclass(frozen=True)
class Address:
    """An address as a header or a quoted block gives it."""

    display: str
    address: str
    """Lower case; empty when there is none."""

    @property
    def local(self) -> str:
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:@]{1,200}@[^\s<>()\[\]\",;:@]{1,255}")
_ANGLE = re.compile(r"<\s*([^<>\s]{1,400})\s*>")


def read_address(text: str) -> Address:
    """The (first) address of a decoded `From`-like value: the one in angle brackets, and the rest is its name."""
    angle = _ANGLE.search(text)
    if angle and "@" in angle[1]:
        found = _ADDRESS.search(angle[1])
        display = text[: angle.start()]
    else:
        found = _ADDRESS.search(text)
        display = text[: found.start()] if found else text
    address = found[0].lower().strip(".'") if found else ""
    return Address(display.strip(" \t\"'<[(:"), address.removeprefix("mailto"))


def read_addresses(text: str) -> list[Address]:
    """Every address of a decoded `To`-like value, without names."""
    return [Address("", found.lower().strip(".'")) for found in _ADDRESS.findall(text[:20_000])]


@lru_cache(maxsize=4096)
def amazon_domain(domain: str) -> str | None:
    """The shop's domain (`amazon.it`) that `domain` is or lies under, or None. `amazon.it.evil.example` is None."""
    domain = domain.rstrip(".")
    for known in _domains():
        if domain == known or domain.endswith("." + known):
            return known
    return None


def is_relay(domain: str) -> bool:
    """True for the domain of buyers' aliases."""
    known = amazon_domain(domain)
    return known is not None and domain == RELAY + known


def alias_of(address: str) -> tuple[str, str | None] | None:
    """(alias, case) of a relay address, lower case, or None for any other address."""
    local, _, domain = address.rpartition("@")
    if not is_relay(domain) or not local:
        return None
    alias, plus, case = local.partition("+")
    return alias, case if plus else None


def marketplace_of(address: str) -> Marketplace | None:
    """The marketplace that an Amazon address belongs to; None for senders that serve every marketplace."""
    if address in tables.load("senders")["shared"]["addresses"]:
        return None
    known = amazon_domain(address.rpartition("@")[2])
    return by_domain(known) if known else None


def writes(address: str) -> str | None:
    """What it writes: `claim`, `amazon_pay`, `chargeback`, `general`, `relay`, `other`; None: not Amazon."""
    local, _, domain = address.rpartition("@")
    if amazon_domain(domain) is None:
        return None
    if is_relay(domain):
        return "relay"
    found = tables.load("senders")["local_parts"].get(local, "other")
    return str(found)


# Letters that are drawn like a Latin letter of "amazon" (Unicode confusables, UTS 39), and the digits and pairs that
# phishing domains use for them.
_LOOKS = str.maketrans(
    {
        **dict.fromkeys("аαɑаᴀ４4@ạàáâãäåāăą", "a"),
        **dict.fromkeys("мᴍṃｍ", "m"),
        **dict.fromkeys("ᴢʐżźžz２2ƶ", "z"),
        **dict.fromkeys("оοο0օᴏ०০ọòóôõöøōŏő", "o"),
        **dict.fromkeys("пոռnńñňņṇ", "n"),
    }
)


@lru_cache(maxsize=4096)
def looks_like_amazon(text: str) -> bool:
    """True when `text` (a domain or a display name) reads as "Amazon" to a hasty eye."""
    if "xn--" in text:
        text = ".".join(_unpuny(label) for label in text.split("."))
    drawn = unicodedata.normalize("NFKD", text).lower()
    drawn = "".join(letter for letter in drawn if not unicodedata.combining(letter)).translate(_LOOKS)
    drawn = re.sub(r"[\W_]", "", drawn)
    return any(name in drawn for name in ("amazon", "arnazon", "amazcn", "anazon", "amazonn")) or "アマゾン" in text


def _unpuny(label: str) -> str:
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label
