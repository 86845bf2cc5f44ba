"""A language without words is a slip of the user's: exit 2, and what there is."""

from __future__ import annotations

import pytest

from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.inputs import BuildOptions


@pytest.mark.parametrize("language", ["xx", "ja"])
def test_a_language_without_words_is_refused(language: str) -> None:
    with pytest.raises(UsageError, match="no documents in the language"):
        BuildOptions(language=language)


@pytest.mark.parametrize("language", ["", "de", "de-AT", "FR", "es_MX"])
def test_a_language_with_words_is_taken(language: str) -> None:
    assert BuildOptions(language=language).language == language
