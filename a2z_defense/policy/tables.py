"""The policy tables: deadlines, facts, catalogue, defences, ODR effects. Data in TOML, validated whole, frozen.

A user's own folder (`files.policy`) may replace any table by a file of the same name. `digest` covers the content in
force, so that a case judged by other tables is noticed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.assessment import Decided, Level, Supports
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.frozen import Frozen
from a2z_defense.model.mail import Counted, Reason
from a2z_defense.policy.phrase_tables import Phrases, Receipt, checked

FOLDER = Path(__file__).with_name("tables")
NAMES = ("deadlines", "facts", "places", "phrases", "receipt", "reasons", "catalogue", "defences", "odr", "wording")

FactKind = Literal[
    "text", "person", "carrier", "code", "instant", "date", "address", "money", "number", "choice", "yes_no"
]
Effect = Literal["accept", "needs_human", "out", "warn"]


class DeadlineRule(Frozen):
    id: str
    use: str
    marketplace: str = "*"
    value: int | None = None
    unit: Literal["hours", "calendar_days", "days"] | None = None
    text: str
    source: str
    read: str

    @property
    def amount(self) -> int:
        """The number of hours or days. Raises ValueError for a rule that has none."""
        if self.value is None:
            raise ValueError(f"the deadline rule {self.id} has no value")
        return self.value

    @property
    def span(self) -> dt.timedelta:
        """Hours or days of 24 hours; calendar days are counted by `limits`."""
        return dt.timedelta(hours=self.amount) if self.unit == "hours" else dt.timedelta(days=self.amount)

    @property
    def cited(self) -> str:
        """Source and age in one line."""
        return f"{self.source}; read {self.read}"


class FactDef(Frozen):
    name: str
    kind: FactKind
    choices: tuple[str, ...] = ()
    per_parcel: bool = False
    tolerance_hours: int = 0
    shown_by: tuple[AttachmentKind, ...] = ()
    """Kinds of attached files that can show it, beside a carrier's record; none: any exhibit can."""
    help: str


class PointWords(Frozen):
    """Words around a locker or pickup point in an address, folded."""

    street: tuple[str, ...] = ()
    """Behind the word for a point they make a street of it."""
    no_name: tuple[str, ...] = ()
    """Beside its number they name no point."""


class PlaceClass(Frozen):
    words: tuple[str, ...]
    class_: Literal["buyer", "elsewhere", "collect", "nobody"] = Field(alias="class")


class WordingRule(Frozen):
    id: str = Field(pattern=r"^[a-z0-9_]+$")
    why: str
    alternative: dict[str, str]
    """By language."""
    audience: tuple[Literal["buyer", "amazon"], ...] = ("buyer", "amazon")
    quoted: bool = False
    """True: words in quotation marks are checked too."""
    check: Literal["link", "emoji", "capitals"] | None = None
    """A check that a pattern cannot express."""
    patterns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Regular expressions over one line in lower case, by language; `any` for every language."""

    @field_validator("patterns")
    @classmethod
    def _compiles(cls, patterns: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for expressions in patterns.values():
            checked(expressions)
        return patterns


class ReturnReason(Frozen):
    words: tuple[str, ...]
    reason: Reason


class ItemDef(Frozen):
    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str
    per: Literal["claim", "parcel"] = "claim"
    facts: tuple[str, ...] = Field(min_length=1)
    attachments: tuple[str, ...] = ()
    sources: tuple[str, ...]
    ask_of: tuple[str, ...] = ()
    supports: Supports = Supports.BOTH
    how_to_get: str
    source: str = "judgement"


class Needs(Frozen):
    needs: tuple[str, ...] = ()
    any_of: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    expected: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    harmful: dict[str, Effect] = Field(default_factory=dict)

    def entries(self) -> Iterator[tuple[str, Level, str | None]]:
        """(item id, level, group) in the table's order."""
        yield from ((found, Level.REQUIRED, None) for found in self.needs)
        for group, members in self.any_of.items():
            yield from ((found, Level.ONE_OR_MORE, group) for found in members)
        yield from ((found, Level.EXPECTED, None) for found in self.expected)
        yield from ((found, Level.OPTIONAL, None) for found in self.optional)
        yield from ((found, Level.HARMFUL, None) for found in self.harmful)


class Defence(Needs):
    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str
    reasons: tuple[str, ...] = Field(min_length=1)
    rank: int
    core: tuple[str, ...] = Field(min_length=1)
    decision: Decided = Decided.DEFEND
    note: bool = False
    later_claims: bool = False
    funding: Literal["deny", "amazon_funds", "limit"] | None = None
    odr: Literal["exclude"] | None = None

    def answers(self, reason: Reason) -> bool:
        """True when the defence may answer a claim of that reason."""
        return "*" in self.reasons or reason.value in self.reasons


class OdrResult(Frozen):
    id: str
    text: str
    counts: Counted
    money: str = ""


class WayOutDef(Frozen):
    id: str
    what: str
    money: str
    odr: str
    odr_lost: str = ""
    """Its effect when the carrier lost or damaged what it was handed in time; empty: the same."""
    protection: str


class Odr(Frozen):
    target: str
    target_source: str
    result: tuple[OdrResult, ...]
    way_out: tuple[WayOutDef, ...]


class Tables(Frozen):
    """Every table in force."""

    deadlines: tuple[DeadlineRule, ...]
    facts: tuple[FactDef, ...]
    places: tuple[PlaceClass, ...]
    points: PointWords = PointWords()
    phrases: dict[str, Phrases]
    """By language, in the table's order."""
    receipts: dict[str, Receipt]
    """By language."""
    return_reasons: tuple[ReturnReason, ...]
    neighbours: dict[Reason, tuple[Reason, ...]]
    catalogue: tuple[ItemDef, ...]
    every_claim: Needs
    defences: tuple[Defence, ...]
    odr: Odr
    wording: tuple[WordingRule, ...]
    acronyms: tuple[str, ...]
    """Written in capitals by everybody; not emphasis."""
    joined: tuple[str, ...] = ()
    """Languages of the wording rules that write no spaces between words."""
    digest: str
    """SHA-256 over the content in force."""

    def rule(self, use: str, country: str | None = None) -> DeadlineRule:
        """The rule for `use`; one for the marketplace's country wins over the general one."""
        found = [rule for rule in self.deadlines if rule.use == use]
        return next((rule for rule in found if rule.marketplace == country), None) or next(
            rule for rule in found if rule.marketplace == "*"
        )

    def item(self, item_id: str) -> ItemDef:
        """The catalogue's entry. Raises KeyError for an id that is not in it."""
        return self._items[item_id]

    def fact(self, name: str) -> FactDef | None:
        """The definition of a fact that may be stated, or None."""
        return self._facts.get(name)

    @cached_property
    def _items(self) -> dict[str, ItemDef]:
        return {item.id: item for item in self.catalogue}

    @cached_property
    def _facts(self) -> dict[str, FactDef]:
        return {fact.name: fact for fact in self.facts}

    def defence(self, defence_id: str) -> Defence:
        """The defence with that id. Raises KeyError for an id that is not in the table."""
        found = next((defence for defence in self.defences if defence.id == defence_id), None)
        if found is None:
            raise KeyError(defence_id)
        return found


def load_tables(override: Path | None = None) -> Tables:
    """The tables that ship with a2z, each replaced by the file of the same name in `override` when there is one.

    Raises ConfigurationError that lists every error at once.
    """
    return _load(override)


def table_contents(override: Path | None = None) -> dict[str, bytes]:
    """The tables in force as they lie on disk, by file name: a bundle carries them."""
    return {f"{name}.toml": _content(name, override) for name in NAMES}


@lru_cache(maxsize=8)
def _load(override: Path | None) -> Tables:
    digest = hashlib.sha256()
    raw: dict[str, dict[str, Any]] = {}
    for name in NAMES:
        content = _content(name, override)
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        try:
            raw[name] = tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
            raise _bad([f"{name}.toml: {why}"]) from None
    known = raw["defences"] | raw["catalogue"]
    try:
        tables = Tables.model_validate(
            {
                "deadlines": raw["deadlines"].get("rule", []),
                "facts": raw["facts"].get("fact", []),
                "places": raw["places"].get("place", []),
                "points": raw["places"].get("points", {}),
                "phrases": raw["phrases"],
                "receipts": raw["receipt"],
                "return_reasons": raw["reasons"].get("return_reason", []),
                "neighbours": raw["reasons"].get("neighbours", {}),
                "catalogue": known.get("item", []),
                "every_claim": known.get("every_claim", {}),
                "defences": known.get("defence", []),
                "odr": raw["odr"],
                "wording": raw["wording"].get("rule", []),
                "acronyms": raw["wording"].get("acronyms", []),
                "joined": raw["wording"].get("joined", []),
                "digest": digest.hexdigest(),
            }
        )
    except ValidationError as found:
        raise _bad(
            [
                f"{'.'.join(map(str, e['loc']))}: {e['msg']}"
                for e in found.errors(include_input=False, include_url=False)
            ]
        ) from None
    errors = list(_dangling(tables))
    if errors:
        raise _bad(errors)
    return tables


def _content(name: str, override: Path | None) -> bytes:
    path = FOLDER / f"{name}.toml"
    if override is not None and (override / path.name).is_file():
        path = override / path.name
    try:
        return path.read_bytes()
    except OSError as why:
        raise _bad([f"{path}: {why.strerror}"]) from None


def _bad(errors: list[str]) -> ConfigurationError:
    return ConfigurationError(
        f"the policy tables have {len(errors)} error(s):\n" + "\n".join(f"  {error}" for error in errors),
        expected="tables like those described in docs/policy.md",
        remedy="mend these lines in the folder that files.policy names, or take the setting away",
    )


_SPANNED = frozenset(
    {"response_act_by", "response_at", "check_first", "check_again", "appeal", "appeal_funder_unknown", "appeal_result"}
    | {"appeal_again", "message_advised", "message_may_file", "message_grant", "chargeback", "not_received_grace"}
    | {"not_received_latest", "finances_lag"}
)
"""Uses of a rule that need a number and a unit."""
USES = _SPANNED | {
    "response_stated",
    "appeal_stated",
    "response_seen_due",
    "response_seen",
    "response_unknown_start",
    "check_unexplained",
    "appeal_unknown_start",
    "internal_target",
    "last_staffed",
    "requested_evidence",
}
"""What the program asks the deadline table for; each needs a rule with marketplace "*". A rule of use `known` is kept
and shown, and never applied."""


def _dangling(tables: Tables) -> Iterator[str]:
    """References to nothing, doubled ids, empty groups: what a schema cannot see."""
    general = {rule.use for rule in tables.deadlines if rule.marketplace == "*"}
    yield from (f"deadlines: no rule for use {use!r} with marketplace '*'" for use in sorted(USES - general))
    for rule in tables.deadlines:
        if rule.use not in USES | {"known"}:
            yield f"deadlines: {rule.id}: no such use {rule.use!r}"
        elif rule.use in _SPANNED and (rule.value is None or rule.value <= 0 or rule.unit is None):
            yield f"deadlines: {rule.id}: value and unit are needed"
    for name, ids in (
        ("deadlines", [rule.id for rule in tables.deadlines]),
        ("facts", [fact.name for fact in tables.facts]),
        ("catalogue", [item.id for item in tables.catalogue]),
        ("defences", [defence.id for defence in tables.defences]),
        ("wording", [rule.id for rule in tables.wording]),
    ):
        yield from (f"{name}: {id_!r} is there twice" for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}))
    facts = {fact.name for fact in tables.facts}
    for item in tables.catalogue:
        yield from (f"catalogue: {item.id}: no such fact {name!r}" for name in item.facts if name not in facts)
    items = {item.id for item in tables.catalogue}
    reasons = {reason.value for reason in Reason} | {"*"}
    for where, needs in (("every_claim", tables.every_claim), *((found.id, found) for found in tables.defences)):
        yield from (f"defences: {where}: no such item {id_!r}" for id_, _, _ in needs.entries() if id_ not in items)
        yield from (f"defences: {where}: the group {group!r} is empty" for group, of in needs.any_of.items() if not of)
    for defence in tables.defences:
        known = {id_ for id_, _, _ in defence.entries()}
        yield from (
            f"defences: {defence.id}: core item {id_!r} is not needed" for id_ in defence.core if id_ not in known
        )
        yield from (f"defences: {defence.id}: no such reason {key!r}" for key in defence.reasons if key not in reasons)
