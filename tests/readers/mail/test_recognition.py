"""Nothing is taken for what it is not: every kind, language and way of coming, with no wrong verdict."""

from __future__ import annotations

from support import recognition

CORPUS = list(recognition.corpus())


def test_nothing_is_recognised_wrongly() -> None:
    wrong = [(sample.name, sample.language, sample.way) for sample in CORPUS if recognition.judged(sample) == "wrong"]
    assert wrong == []


def test_the_corpus_is_whole() -> None:
    found = {(sample.name, sample.language) for sample in CORPUS}
    names = {name for name, _ in found}
    assert len(names) >= 20
    assert found == {(name, language) for name in names for language in recognition.LANGUAGES}


def test_with_amazons_headers_the_family_is_always_right() -> None:
    asked = [
        (sample.name, sample.language)
        for sample in CORPUS
        if sample.way == "headers kept" and recognition.judged(sample) == "asked" and sample.outcome is None
    ]
    # Claims in languages whose words are in no table: the header says claim, and a person is asked which.
    assert {name for name, _ in asked} <= {"claim received", "action required"}
    assert not {language for _, language in asked} & {"en", "it"}


def test_known_languages_need_no_headers() -> None:
    for sample in CORPUS:
        if sample.language == "en":
            assert recognition.judged(sample) == "right", (sample.name, sample.way)


def test_the_page_says_what_the_readers_do() -> None:
    assert recognition.DOCUMENT.read_text(encoding="utf-8") == recognition.document()
