"""A reason's words that are denied are no reason."""

from __future__ import annotations

import pytest

from a2z_defense.policy.phrases import find
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
DENIED = {
    "not_as_described": (
        "It was not broken.",
        "The lamp is not damaged.",
        "It arrived undamaged, not broken at all.",
        "Nothing is broken.",
        "Die Lampe ist nicht beschädigt.",
        "Es war nichts kaputt.",
        "Sie war nicht defekt.",
        "La lampe n'est pas cassée.",
        "Elle n'était pas endommagée.",
        "La lampada non è rotta.",
        "Non era danneggiata.",
        "No está roto.",
        "La lámpara no llegó dañada.",
    ),
    "return_refused": (
        "You did not refuse the return.",
        "The seller did not refuse my return.",
        "They have not rejected the return.",
        "The return was not refused.",
        "Die Rücksendung wurde nicht abgelehnt.",
        "Sie haben die Rückgabe nicht verweigert.",
        "Le retour n'a pas été refusé.",
        "Vous n'avez pas refusé le retour.",
        "Il reso non è stato rifiutato.",
        "Non avete rifiutato il reso.",
        "No han rechazado la devolución.",
        "La devolución no fue rechazada.",
    ),
}
SAID = {
    "not_as_described": (
        "It was broken.",
        "The lamp is badly damaged.",
        "It arrived damaged.",
        "It does not work.",
        "Die Lampe ist beschädigt.",
        "Es war kaputt.",
        "La lampe est cassée.",
        "La lampada è rotta.",
        "Es ist nicht nur zerkratzt, es ist kaputt.",
        "Está roto.",
        "Llegó dañado.",
        "It is not as described.",
    ),
    "return_refused": (
        "You refused the return.",
        "The seller rejected my return.",
        "My return was refused.",
        "You won't accept my return.",
        "Die Rücksendung wurde abgelehnt.",
        "Sie haben die Rückgabe verweigert.",
        "Le retour a été refusé.",
        "Vous avez refusé le retour.",
        "Il reso è stato rifiutato.",
        "Avete rifiutato il reso.",
        "Han rechazado la devolución.",
    ),
}


@pytest.mark.parametrize(("topic", "text"), [(topic, text) for topic, texts in DENIED.items() for text in texts])
def test_what_is_denied_is_not_said(topic: str, text: str) -> None:
    assert find(text, topic, TABLES) is None


@pytest.mark.parametrize(("topic", "text"), [(topic, text) for topic, texts in SAID.items() for text in texts])
def test_what_is_said_is_found(topic: str, text: str) -> None:
    assert find(text, topic, TABLES) is not None
