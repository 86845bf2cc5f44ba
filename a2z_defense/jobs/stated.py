"""`a2z state`: the seller's reading of an exhibit, always marked as one."""

from __future__ import annotations

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.assess import tables_of
from a2z_defense.jobs.entries import exhibit_id, new_entry, say
from a2z_defense.model.entries import Entry, EntryKind


def state_fact(environment: Environment, wanted: str, fact: str, value: str, exhibit: str) -> Entry:
    """Keep a reading. Raises UsageError for a fact that no rule knows or an exhibit that is not there."""
    known = {known.name for known in tables_of(environment).facts}
    if fact not in known:
        raise UsageError(
            f"no fact is called {fact!r}",
            expected="one of " + ", ".join(sorted(known)),
            remedy="a2z check --explain ITEM says which fact an item needs",
        )
    if not value.strip():
        raise UsageError("the value is empty", expected="what the exhibit shows", remedy="quote it")
    source = exhibit_id(environment, wanted, exhibit)
    return say(environment, wanted, new_entry(EntryKind.STATED, fact=fact, value=value.strip(), from_exhibit=source))
