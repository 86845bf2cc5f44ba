"""docs/policy.md, written from the tables in force: `python -m a2z_defense.policy.document > docs/policy.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from a2z_defense.model.assessment import Level
from a2z_defense.policy.tables import Defence, Tables, load_tables

_EFFECTS = {
    "accept": "the defence falls; the claim is better accepted",
    "needs_human": "a person must look",
    "out": "the defence does not apply",
    "warn": "said, and the defence stands",
}


def document(tables: Tables) -> str:
    """The whole page, ending with a newline."""
    return "\n".join([*_head(), *_deadlines(tables), *_defences(tables), *_catalogue(tables), *_rest(tables)]) + "\n"


_HEAD = """# Policy

Written from the tables in `a2z_defense/policy/tables/` by `python -m a2z_defense.policy.document`; do not edit.
A folder named by `files.policy` in the configuration replaces any table by a file of the same name; it is
validated whole, every error in one report. Each bundle carries the tables that judged it and their digest.

How a claim is judged: every reading of every fact is gathered from all the evidence; each item of the catalogue
is held, missing, requested, not applicable, contradicted or unknown (a source gave no answer); each defence is
weighed per parcel with claimed units; the best-supported one is chosen and the others are listed with why not.
Nothing is scored and no chance of winning is given: no public data supports one.
"""
_CLOCKS = """
An explicit limit in the notice wins, in its earliest reading. *The* deadline is the earliest of response, appeal
and check; every other clock is listed and never moves it. A newer notice moves a deadline later only when it is
authenticated at least as well as the older one, and states its own limit or comes after the older had run out.
Rules marked "not applied" are kept because copies of help pages still show them.
"""
_READINGS = """
`a2z state CLAIM FACT VALUE --from EXHIBIT`. A reading is marked as the seller's, and the exhibit is shown beside it.
"""


def _head() -> Iterator[str]:
    yield _HEAD


def _deadlines(tables: Tables) -> Iterator[str]:
    yield "## Clocks"
    yield ""
    yield "| id | marketplace | value | rule | source | read |"
    yield "|---|---|---|---|---|---|"
    for rule in tables.deadlines:
        text = f"not applied: {rule.text}" if rule.use == "known" else rule.text
        value = f"{rule.value} {(rule.unit or '').replace('_', ' ')}" if rule.value else ""
        where = "every" if rule.marketplace == "*" else rule.marketplace
        yield f"| `{rule.id}` | {where} | {value} | {text} | {rule.source} | {rule.read} |"
    yield _CLOCKS


def _defences(tables: Tables) -> Iterator[str]:
    yield "## Defences"
    yield ""
    yield f"Every claim needs {_codes(tables.every_claim.needs)}; expected are {_codes(tables.every_claim.expected)}."
    for defence in sorted(tables.defences, key=lambda found: (found.rank, found.id)):
        yield ""
        yield f"### {defence.title} (`{defence.id}`)"
        yield ""
        yield from _defence(defence)
    yield ""


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _defence(defence: Defence) -> Iterator[str]:
    reasons = "every reason" if "*" in defence.reasons else _codes(defence.reasons)
    yield f"- answers: {reasons}"
    if defence.later_claims:
        yield "- weighed only for a second or later claim on an order"
    if defence.note:
        yield "- never chosen: it is said beside the chosen defence"
    asks = [word for word in (defence.funding, defence.odr) if word]
    yield f"- asks for: {', '.join(asks) if asks else 'nothing'}"
    for level in Level:
        found = [(item, group) for item, of, group in defence.entries() if of is level]
        if not found:
            continue
        if level is Level.ONE_OR_MORE:
            for group, members in defence.any_of.items():
                yield f"- one or more of ({group}): {_codes(members)}"
        elif level is Level.HARMFUL:
            for item, effect in defence.harmful.items():
                yield f"- harmful: `{item}`: {_EFFECTS[effect]}"
        else:
            yield f"- {level.value}: {_codes(item for item, _ in found)}"


def _catalogue(tables: Tables) -> Iterator[str]:
    yield "## Evidence catalogue"
    yield ""
    yield "Ids are append-only and never reused."
    yield ""
    yield "| id | item | per | readings | files | looked for in | supports | how to get it | source |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for item in tables.catalogue:
        cells = (
            f"`{item.id}`",
            item.title,
            item.per,
            _codes(item.facts),
            ", ".join(item.attachments),
            ", ".join(item.sources),
            item.supports.value,
            item.how_to_get,
            item.source,
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _rest(tables: Tables) -> Iterator[str]:
    yield "## Readings that the seller may state"
    yield _READINGS
    yield "| fact | form | what it is |"
    yield "|---|---|---|"
    for fact in tables.facts:
        form = " / ".join(fact.choices) if fact.choices else fact.kind.replace("_", " ")
        yield f"| `{fact.name}` | {form}{', per parcel' if fact.per_parcel else ''} | {fact.help} |"
    yield ""
    yield "## Order Defect Rate"
    yield ""
    yield f"Target: under {tables.odr.target} ({tables.odr.target_source})."
    yield ""
    yield "| result | counts | money |"
    yield "|---|---|---|"
    for result in tables.odr.result:
        yield f"| {result.text} | {result.counts.value} | {result.money} |"
    yield ""
    yield "Ways to end a claim that is not defended; a2z lists them and chooses none."
    yield ""
    yield "| way | money | ODR | protection |"
    yield "|---|---|---|---|"
    for way in tables.odr.way_out:
        yield f"| {way.what} | {way.money} | {way.odr} | {way.protection} |"
    yield ""
    yield "## Wording"
    yield ""
    spoken = sorted({key for rule in tables.wording for key in rule.patterns if key != "any"})
    yield "What the buyer or Amazon reads is checked by these rules (`a2z lint FILE`)."
    yield f"There are phrases in {' and '.join(spoken)}; a language more is a key more in `wording.toml`."
    yield ""
    yield "| rule | why | instead |"
    yield "|---|---|---|"
    for wording in tables.wording:
        yield f"| `{wording.id}` | {wording.why} | {wording.alternative.get('en', '')} |"


if __name__ == "__main__":
    sys.stdout.write(document(load_tables()))
