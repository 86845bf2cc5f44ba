"""The tables of phrases, per language: what a sentence points to, and what says for certain that the goods arrived."""

from __future__ import annotations

import re

from pydantic import field_validator

from a2z_defense.model.frozen import Frozen


def checked(expressions: tuple[str, ...]) -> None:
    """Raise ValueError for what is no regular expression."""
    for found in expressions:
        try:
            re.compile(found)
        except re.error as why:
            raise ValueError(f"{found!r} is no regular expression: {why}") from None


def _folded(expressions: tuple[str, ...]) -> tuple[str, ...]:
    """The expressions, checked, as they meet a text in lower case: there "ß" is written "ss"."""
    checked(expressions)
    return tuple(found.replace("ß", "ss") for found in expressions)


class Phrases(Frozen):
    """Regular expressions over one sentence in lower case, for one language."""

    acknowledges: tuple[str, ...] = ()
    """It may say that the goods arrived; `Receipt` decides."""
    takes_back: tuple[str, ...] = ()
    not_received: tuple[str, ...] = ()
    not_as_described: tuple[str, ...] = ()
    refund_not_issued: tuple[str, ...] = ()
    return_refused: tuple[str, ...] = ()
    extra_charges: tuple[str, ...] = ()
    danger: tuple[str, ...] = ()
    no_response: tuple[str, ...] = ()
    admits: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    """Beside `admits` or `promises` in one sentence: it is denied, supposed, or the buyer's word."""
    promises: tuple[str, ...] = ()
    undelivered: tuple[str, ...] = ()
    """The seller writes that it was lost, is looked for, was not sent, or came back: against a delivery of before."""
    misdirected: tuple[str, ...] = ()
    """The seller writes that it went elsewhere."""
    conditional: tuple[str, ...] = ()
    supposes: tuple[str, ...] = ()
    on_loss: tuple[str, ...] = ()
    on_return: tuple[str, ...] = ()
    sent_back: tuple[str, ...] = ()
    not_sent_back: tuple[str, ...] = ()
    """Beside `sent_back` in one sentence: it was not sent yet, or by somebody else."""
    asks_return: tuple[str, ...] = ()
    label_fails: tuple[str, ...] = ()
    """The buyer writes that the return label is missing or of no use."""
    cancels: tuple[str, ...] = ()
    """The buyer asks to cancel."""
    refunded: tuple[str, ...] = ()
    """The seller writes that the refund was made."""
    replaced: tuple[str, ...] = ()
    """The seller writes that a replacement was sent."""
    got_back: tuple[str, ...] = ()
    """The seller writes that the return arrived."""
    undone: tuple[str, ...] = ()
    """A carrier's event after a delivery that takes it back."""
    joined: bool = False
    """True for a language that writes no spaces between words: a phrase then matches inside a run of letters."""

    @field_validator("*")
    @classmethod
    def _compiles(cls, expressions: tuple[str, ...] | bool) -> tuple[str, ...] | bool:
        return expressions if isinstance(expressions, bool) else _folded(expressions)


class Receipt(Frozen):
    """What a message may hold and still say for certain that the goods arrived; see `receipt.toml`."""

    determiners: tuple[str, ...] = ()
    goods: tuple[str, ...]
    items: tuple[str, ...] = ()
    whole: tuple[str, ...]
    it: tuple[str, ...] = ()
    adverbs: tuple[str, ...] = ()
    says: tuple[str, ...]
    harmless: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @field_validator("*")
    @classmethod
    def _compiles(cls, expressions: tuple[str, ...]) -> tuple[str, ...]:
        checked(tuple(re.sub(r"\{[a-z]+\}", "x", found) for found in expressions))
        return tuple(found.replace("ß", "ss") for found in expressions)
