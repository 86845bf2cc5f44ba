"""`a2z check --explain ITEM`: the evidence, the rule, its source, and how to get what is not there."""

from __future__ import annotations

from collections.abc import Iterator

from a2z_defense.base.errors import UsageError
from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import Assessment, Contradiction, Item, Level
from a2z_defense.policy.tables import Defence, Tables

_LEVELS = {
    Level.REQUIRED: "required: without it the answer is a draft",
    Level.ONE_OR_MORE: "one of its group is required",
    Level.EXPECTED: "expected: its absence warns",
    Level.OPTIONAL: "optional",
    Level.HARMFUL: "harmful: when held it speaks against the defence",
}


def explain(assessment: Assessment, item_id: str, tables: Tables) -> list[str]:
    """The lines that explain one item, contradiction, defence or `deadline` of an assessment.

    Raises UsageError for an id that is nowhere.
    """
    if item_id == "deadline":
        return list(_deadline(assessment))
    items = [item for item in assessment.items if item.id == item_id]
    if items:
        return [line for item in items for line in _item(item, assessment, tables)]
    found = next((c for c in assessment.contradictions if c.id == item_id), None)
    if found is not None:
        return list(_contradiction(found))
    if any(defence.id == item_id for defence in tables.defences):
        return list(_defence(tables.defence(item_id), assessment))
    if any(item.id == item_id for item in tables.catalogue):
        return list(_unused(item_id, assessment, tables))
    known = sorted({item.id for item in tables.catalogue} | {defence.id for defence in tables.defences})
    raise UsageError(
        f"no item, contradiction or defence is called {item_id!r}",
        expected="deadline, a contradiction's id, or one of " + ", ".join(known),
        remedy=f"a2z check {assessment.claim_id} lists the items of this claim",
    )


def _item(item: Item, assessment: Assessment, tables: Tables) -> Iterator[str]:
    definition = tables.item(item.id)
    yield f"{item.id}: {item.title}" + (f" (parcel {item.unit})" if item.unit else "")
    yield f"  state     {item.state.value}: {item.why}"
    yield f"  exhibits  {', '.join(item.exhibits) or 'none'}"
    yield f"  level     {_LEVELS[item.level]}" + (f" (group {item.group})" if item.group else "")
    yield f"  needed by {_needed_by(item.id, assessment, tables)}"
    yield f"  supports  {item.supports.value}"
    yield f"  source    {item.source}"
    yield f"  looked in {', '.join(definition.sources) or 'the seller’s files and statements'}"
    yield f"  readings  a2z state {assessment.claim_id} FACT VALUE --from EXHIBIT"
    yield f"            FACT: {', '.join(definition.facts)}"
    if definition.attachments:
        yield f"  files     a2z attach {assessment.claim_id} FILE --as {' or '.join(definition.attachments)}"
    yield f"  to get it {item.how_to_get}"
    for of in definition.ask_of:
        yield f"  ask       a2z ask {assessment.claim_id} {item.id} --of {of}"


def _needed_by(item_id: str, assessment: Assessment, tables: Tables) -> str:
    if any(found == item_id for found, _, _ in tables.every_claim.entries()):
        return "every claim"
    chosen = assessment.defence
    return f"the defence {chosen.id} ({chosen.title})" if chosen else "no chosen defence"


def _contradiction(found: Contradiction) -> Iterator[str]:
    yield f"{found.id}: {found.what}"
    yield f"  between   {found.between[0]} and {found.between[1]}"
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


def _unused(item_id: str, assessment: Assessment, tables: Tables) -> Iterator[str]:
    definition = tables.item(item_id)
    users = [d.id for d in tables.defences if any(found == item_id for found, _, _ in d.entries())]
    chosen = assessment.defence.id if assessment.defence else "none"
    yield f"{item_id}: {definition.title}"
    yield f"  not looked at here: the chosen defence is {chosen}; it is an item of {', '.join(users)}"
    yield f"  source    {definition.source}"
    yield f"  to get it {definition.how_to_get}"


def _deadline(assessment: Assessment) -> Iterator[str]:
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
    yield f"  started   {started}, by {deadline.started_by}"
    for reading in deadline.readings:
        yield f"  also read {reading}"
