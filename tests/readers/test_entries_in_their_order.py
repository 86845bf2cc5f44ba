"""What the seller said counts in the order of saying, under a set clock as well."""

from __future__ import annotations

import datetime as dt

import pytest

from a2z_defense.model.circumstances import Circumstances
from a2z_defense.model.entries import Entry, EntryKind
from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.readers.assemble import assemble

ORDER = "402-1234567-7654321"
AT = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)


def said(value: str, at: dt.datetime = AT) -> Piece:
    entry = Entry(id="", kind=EntryKind.STATED, claim_id=ORDER, at=at, fact="signed_by", value=value)
    body = entry.model_dump_json(exclude_none=True).encode()
    provenance = Provenance(source="seller", obtained_at=at)
    return as_piece(Observation(EvidenceKind.ENTRY, ORDER, body, "application/json", provenance))


@pytest.mark.parametrize("turned", [False, True])
def test_of_one_moment_the_order_of_keeping_counts(turned: bool) -> None:
    names = ["Jnae Roo", "Jane Roe", "J. Roe", "Jean Roe"]
    names = names[::-1] if turned else names
    around = Circumstances(claim_id=ORDER, order_id=ORDER, number=1)
    case = assemble(around, [said("later", AT + dt.timedelta(hours=1)), *map(said, names)])
    assert [entry.value for entry in case.entries] == [*names, "later"]
