"""Damaged evidence in words: which piece, which claims it keeps from being judged, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from a2z_defense.store.errors import BlobDamaged


def damage_words(of_claims: Mapping[str, Iterable[BlobDamaged]], others: Iterable[BlobDamaged]) -> Iterator[str]:
    """A line for each damaged piece of each claim; then one for each other piece that no claim was found to rest on,
    because what it is about could only be read in itself."""
    told: set[str] = set()
    for claim_id, damaged in of_claims.items():
        for why in damaged:
            told.add(why.evidence_id)
            yield f"{claim_id} could not be judged, its old deadline stands: {why.got}. {why.remedy}"
    yield from {why.evidence_id: f"{why.got}. {why.remedy}" for why in others if why.evidence_id not in told}.values()
