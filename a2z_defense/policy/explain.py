"""`a2z check --explain ITEM`: the evidence, the rule, its source, and how to get what is not there."""

from __future__ import annotations

from collections.abc import Iterator

from a2z_defense.base.errors import UsageError
from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import Assessment, Contradiction, Item, Level
from a2z_defense.model.case import Case, exhibit_letter
from a2z_defense.policy.conflicts import conflicts_of
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.items import Looker
from a2z_defense.policy.tables import Defence, ItemDef, Tables

_LEVELS = {
    Level.REQUIRED: "required: without it the answer is a draft",
    Level.ONE_OR_MORE: "one of its group is required",
    Level.EXPECTED: "expected: its absence warns",
    Level.OPTIONAL: "optional",
    Level.HARMFUL: "harmful: when held it speaks against the defence",
}
_EFFECTS = {
    "accept": "the defence falls, and without another one the claim is better accepted",
    "needs_human": "the defence falls until a person has looked",
    "out": "the defence does not apply",
    "warn": "it is said, and the defence stands",
}


def explain(assessment: Assessment, item_id: str, tables: Tables, case: Case) -> list[str]:
    """The lines that explain one item, contradiction, defence or `deadline` of the assessment of `case`.

    An item that the chosen defence does not need is looked at all the same.

    Raises UsageError for an id that is nowhere.
    """
    if item_id == "deadline":
        return list(_deadline(assessment, case))
    items = [item for item in assessment.items if item.id == item_id]
    if items:
        return [line for item in items for line in _item(item, assessment, tables, case)]
    found = next((c for c in assessment.contradictions if c.id == item_id), None)
    if found is not None:
        return list(_contradiction(found, case))
    if any(defence.id == item_id for defence in tables.defences):
        return list(_defence(tables.defence(item_id), assessment))
    if any(item.id == item_id for item in tables.catalogue):
        return list(_unused(tables.item(item_id), assessment, tables, case))
    known = sorted({item.id for item in tables.catalogue} | {defence.id for defence in tables.defences})
    raise UsageError(
        f"no item, contradiction or defence is called {item_id!r}",
        expected="deadline, a contradiction's id, or one of " + ", ".join(known),
        remedy=f"a2z check {assessment.claim_id} lists the items of this claim",
    )


def _item(item: Item, assessment: Assessment, tables: Tables, case: Case) -> Iterator[str]:
    yield f"{item.id}: {item.title}" + (f" (parcel {item.unit})" if item.unit else "")
    yield from _found(item, case)
    yield f"  level     {_LEVELS[item.level]}" + (f" (group {item.group})" if item.group else "")
    yield f"  needed by {_needed_by(item.id, assessment, tables)}"
    if item.level is Level.HARMFUL and assessment.defence is not None:
        effect = tables.defence(assessment.defence.id).harmful.get(item.id)
        yield from [f"  when held {_EFFECTS[effect]}"] if effect else []
    yield from _sources(tables.item(item.id), assessment, case)


def _found(item: Item, case: Case) -> Iterator[str]:
    yield f"  state     {item.state.value}: {item.why}"
    for number, exhibit in enumerate(item.exhibits or ("none",)):
        yield f"  {'exhibits  ' if number == 0 else ' ' * 10}{_exhibit(exhibit, case)}"


def _exhibit(evidence_id: str, case: Case) -> str:
    """An exhibit by its id and letter, with what it is and when it was obtained."""
    for index, piece in enumerate(case.evidence):
        if piece.id == evidence_id:
            what = piece.provenance.operation or piece.kind.value
            when = utc_text(piece.provenance.obtained_at)
            return f"{evidence_id} ({exhibit_letter(index)}: {what}, obtained {when})"
    return evidence_id


def _sources(item: ItemDef, assessment: Assessment, case: Case) -> Iterator[str]:
    yield f"  supports  {item.supports.value}"
    yield f"  source    {item.source}"
    looked = [f"{name} ({case.source(name).state.value.replace('_', ' ')})" for name in item.sources]
    yield f"  looked in {', '.join(looked) or 'the seller’s files and statements'}"
    yield f"  readings  a2z state {assessment.claim_id} FACT VALUE --from EXHIBIT"
    yield f"            FACT: {', '.join(item.facts)}"
    if item.attachments:
        yield f"  files     a2z attach {assessment.claim_id} FILE --as {' or '.join(item.attachments)}"
    yield f"  to get it {item.how_to_get}"
    for of in item.ask_of:
        yield f"  ask       a2z ask {assessment.claim_id} {item.id} --of {of}"


def _needed_by(item_id: str, assessment: Assessment, tables: Tables) -> str:
    if any(found == item_id for found, _, _ in tables.every_claim.entries()):
        return "every claim"
    chosen = assessment.defence
    return f"the defence {chosen.id} ({chosen.title})" if chosen else "no chosen defence"


def _contradiction(found: Contradiction, case: Case) -> Iterator[str]:
    yield f"{found.id}: {found.what}"
    yield f"  between   {_exhibit(found.between[0], case)}"
    yield f"  and       {_exhibit(found.between[1], case)}"
    effect = "blocks: a sentence of the answer would need it" if found.blocks else "named; what rests on it is not held"
    yield f"  effect    {effect}"


def _defence(defence: Defence, assessment: Assessment) -> Iterator[str]:
    yield f"{defence.id}: {defence.title}"
    yield f"  answers   {'every reason' if '*' in defence.reasons else ', '.join(defence.reasons)}"
    passed = next((found for found in assessment.passed_over if found.id == defence.id), None)
    if assessment.defence is not None and assessment.defence.id == defence.id:
        yield f"  chosen    {assessment.decision_why}"
    else:
        yield f"  passed    {passed.why if passed else 'it does not answer the reason of this claim'}"
    for item_id, level, group in defence.entries():
        effect = f" -> {defence.harmful[item_id]}" if level is Level.HARMFUL else ""
        yield f"  {level.value:<11} {item_id}{f' (group {group})' if group else ''}{effect}"


def _unused(item: ItemDef, assessment: Assessment, tables: Tables, case: Case) -> Iterator[str]:
    users = [d for d in tables.defences if any(found == item.id for found, _, _ in d.entries())]
    level = next(level for found, level, _ in users[0].entries() if found == item.id)
    facts = facts_of(case, tables)
    looker = Looker(facts, assessment.reason, conflicts_of(facts))
    for parcel in facts.claimed_parcels if item.per == "parcel" else (None,):
        looked = looker.item(item, level, None, parcel)
        yield f"{item.id}: {item.title}" + (f" (parcel {looked.unit})" if looked.unit else "")
        yield from _found(looked, case)
    chosen = assessment.defence.id if assessment.defence else "none"
    yield f"  needed by {', '.join(found.id for found in users)}; the chosen defence is {chosen}"
    yield from _sources(item, assessment, case)


def _deadline(assessment: Assessment, case: Case) -> Iterator[str]:
    deadline = assessment.deadline
    yield f"deadline: {deadline.kind.value}"
    if deadline.act_by is None or deadline.at is None:
        yield "  no response, appeal or check clock runs"
        return
    yield f"  act by    {utc_text(deadline.act_by)}"
    yield f"  at        {utc_text(deadline.at)}"
    yield f"  rule      {deadline.rule}: {deadline.rule_text}"
    yield f"  source    {deadline.source}"
    started = utc_text(deadline.started_at) if deadline.started_at else "unknown"
    by = _exhibit(deadline.started_by, case) if deadline.started_by else "nothing that is held"
    yield f"  started   {started}, by {by}"
    for reading in deadline.readings:
        yield f"  also read {reading}"
