"""Whether a buyer says that the goods arrived: for certain, perhaps, or not at all.

No other sentence of an answer weighs as much, and none is easier to get wrong: what arrived may be a message, a refund,
half of the order, a brick. So a message says it for certain only when every word of it is understood (`receipt.toml`).
Any other message that may say it is for the seller to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from a2z_defense.model.case import Case, Mail
from a2z_defense.model.mail import MailKind
from a2z_defense.policy.phrase_tables import Receipt
from a2z_defense.policy.phrases import Hit, find, folded, in_pieces, sentences, taken_back
from a2z_defense.policy.tables import Tables

_SENTENCES = re.compile(r"[!;\n。！；]+|(?<!\d)\.(?!\d)")
_QUESTION = re.compile(r"[?？¿]")
_ENDED = re.compile(r"([^.!?;\n。！？]++)([.!?;\n。！？]*)")
_DATES = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}(?:[:.]| ?h ?)\d{2}(?: ?(?:uhr|am|pm|h))?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SMILES = frozenset("🙂😊😀😃😄😁👍👌🙏❤♥💐🎉✔✅🏻🏼🏽🏾🏿\ufe0f")
"""Signs that take nothing back; any other may."""
_GONE = "\0"


@dataclass(frozen=True)
class About:
    """What a message may speak of."""

    titles: tuple[str, ...] = ()
    """The ordered items'."""
    names: tuple[str, ...] = ()
    """The buyer's and the recipient's, who sign with them."""
    several: bool = False
    """More than one unit or parcel: of one of them nobody knows whether it is all."""
    before: tuple[str, ...] = ()
    """What the seller had written by then: a pronoun may mean something of it."""


ANYTHING = About()


def about(case: Case, mail: Mail) -> About:
    """What the order and the messages before it say of what `mail` may speak of."""
    order, sent = case.order, mail.read.sent_at
    ours = [m for m in case.messages if m.read.kind is MailKind.SELLER_MESSAGE and m.read.message]
    before = [m for m in ours if sent is None or m.read.sent_at is None or m.read.sent_at <= sent]
    units = sum(item.quantity for item in order.items) if order else 0
    packages = [found for found in order.packages if found.status != "CANCELLED"] if order else []
    names = (order.address.name, order.buyer_name) if order else ()
    return About(
        titles=tuple(item.title for item in order.items if item.title) if order else (),
        names=tuple(name for name in names if name),
        several=units > 1 or len(packages) > 1,
        before=tuple(m.read.message.text for m in before if m.read.message),
    )


def acknowledged(case: Case, mail: Mail, tables: Tables) -> Hit | None:
    """The sentence of a buyer's message that says for certain that the goods of this order arrived.

    A message that names no order may be about another one of the same buyer, and words of ours under a reply are not
    the buyer's.
    """
    words = mail.read.message
    if not of_this_order(case, mail) or words is None or case.order_id not in mail.read.order_ids:
        return None
    spoken = about(case, mail)
    hit = acknowledgement(words.text, tables, spoken)
    quoted = hit is not None and any(f" {_plain(hit.sentence)} " in f" {_plain(ours)} " for ours in spoken.before)
    return None if quoted or _of_another_year(words.text, case) else hit


def _of_another_year(text: str, case: Case) -> bool:
    """True when the message names a year before the order's: what came then was another order."""
    years = [int(one) for one in _YEAR.findall(text)]
    return case.order is not None and any(one < case.order.created_at.year for one in years)


def of_this_order(case: Case, mail: Mail) -> bool:
    """True for a message of the buyer that was not written before the order was placed."""
    sent, order = mail.read.sent_at, case.order
    early = order is not None and sent is not None and sent < order.created_at
    return mail.read.kind is MailKind.BUYER_MESSAGE and not early


def acknowledgement(text: str, tables: Tables, spoken: About = ANYTHING) -> Hit | None:
    """The first sentence that says that the goods arrived, when every word of the message is understood."""
    if _turned(text, tables):
        return None
    hits = []
    for sentence in _parts(text):
        found = [_read(sentence, language, tables, spoken) for language in tables.receipts]
        understood = [
            (language, says) for language, (left, says) in zip(tables.receipts, found, strict=True) if not left
        ]
        if not understood:
            return None
        hits += [Hit(" ".join(sentence.split()), language) for language, says in understood if says]
    return hits[0] if hits else None


def harmless(text: str, tables: Tables, spoken: About = ANYTHING) -> bool:
    """True when every word of the message is understood: it takes back nothing of what was said before."""
    parts = [] if _turned(text, tables) else _parts(text)
    return bool(parts) and all(
        any(not _read(part, language, tables, spoken)[0] for language in tables.receipts) for part in parts
    )


def may_acknowledge(text: str, tables: Tables) -> Hit | None:
    """The first sentence that may say that the goods arrived, for a person to read. A denial or a word that takes it
    back, anywhere in the message, voids it, unless the message speaks of the goods as wrong: then they did arrive."""
    if find(text, "not_received", tables) is not None:
        return None
    other = find(text, "not_as_described", tables) is not None
    stated = (piece for part, end in _ENDED.findall(text) if not _QUESTION.search(end) for piece in in_pieces(part))
    for sentence in stated:
        hit = find(sentence, "acknowledges", tables)
        if hit is None or _of_another_thing(sentence, hit.language, tables):
            continue
        if other or not taken_back(text, tables.phrases[hit.language]):
            return hit
    return None


def not_received(text: str, tables: Tables) -> Hit | None:
    """The first sentence that says that the goods did not arrive; an answer or a refund that did not is another."""
    hits = (find(sentence, "not_received", tables) for sentence in sentences(text))
    return next((hit for hit in hits if hit and not _of_another_thing(hit.sentence, hit.language, tables)), None)


def _of_another_thing(sentence: str, language: str, tables: Tables) -> bool:
    """True when the sentence names a message, a refund or the like, and no goods."""
    words = tables.receipts.get(language)
    if words is None:
        return False
    plain = _plain(sentence)
    return bool(_edged(words.other).search(plain)) and not _edged(words.goods).search(plain)


def _turned(text: str, tables: Tables) -> bool:
    """True for a message that asks, denies, complains, or holds a sign that nobody knows."""
    signs = (char for char in text if unicodedata.category(char)[0] == "S" and char not in "+=<>|~^`´")
    odd = any(char not in _SMILES for char in signs)
    topics = ("not_received", "not_as_described", "refund_not_issued", "danger")
    return bool(_QUESTION.search(text)) or odd or any(find(text, topic, tables) for topic in topics)


def _parts(text: str) -> list[str]:
    return [piece for part in _SENTENCES.split(text) for piece in in_pieces(part) if _plain(piece)]


def _plain(text: str) -> str:
    """Lower case, without punctuation, dates and times."""
    return " ".join(re.sub(r"[^\w' ]+", " ", _DATES.sub(" ", folded(text))).split())


def _read(sentence: str, language: str, tables: Tables, spoken: About) -> tuple[list[str], bool]:
    """What is not understood of a sentence in one language, and whether it says that the goods arrived."""
    words, back = tables.receipts[language], tables.phrases.get(language)
    plain, titled = _plain(sentence), _titled(spoken.titles, words, frozenset(back.takes_back if back else ()))
    surely = _says(words, titled, "whole" if spoken.several else "noun").search(plain)
    loosely = _says(words, titled, "thing").search(plain)
    distracted = any(_edged(words.elsewhere).search(_plain(one)) for one in spoken.before)
    left = _harmless(words).sub(_GONE, _says(words, titled, "thing").sub(_GONE, plain))
    known = {part for name in spoken.names for part in _plain(name).split()}
    known |= {_GONE, *words.words}
    unread = [word for word in left.replace(_GONE, f" {_GONE} ").split() if word.strip("'") and word not in known]
    return unread, bool(surely or (loosely and not spoken.several and not distracted))


@lru_cache(maxsize=64)
def _titled(titles: tuple[str, ...], words: Receipt, back: frozenset[str]) -> tuple[str, ...]:
    """The words of the titles that may stand for the goods: none that counts, negates or may arrive by itself."""
    told = {word for title in titles for word in _plain(title).split() if len(word) > 1 and not word.isdigit()}
    other = _edged((*words.other, *words.parts))
    return tuple(sorted(re.escape(word) for word in told - back if not other.fullmatch(word)))


@lru_cache(maxsize=128)
def _says(words: Receipt, titled: tuple[str, ...], which: str) -> re.Pattern[str]:
    """The forms of `says`. `which`: "whole": of all the goods, "noun": of the goods by name, "thing": pronouns too."""
    before = rf"(?:(?:{_either(one if one.endswith(chr(39)) else one + ' ' for one in words.determiners)})){{0,2}}"
    whole = _either(words.whole)
    noun = (
        rf"(?:{before}(?:{_either((*words.goods, *titled))})(?: (?:{_either((*words.goods, *titled))})){{0,5}}|{whole})"
    )
    item = rf"(?:{before}(?:{_either((*words.items, *titled))})(?: (?:{_either(titled or words.items)})){{0,5}})"
    thing = rf"(?:{noun}|{_either(words.it)})" if words.it else noun
    adverbs = rf"(?:(?:{_either((*words.adverbs, *_dates(words)))}) )*"
    forms = []
    for form in words.says:
        if which != "thing" and not re.search(r"\{(noun|item|thing)\}", form):
            continue
        if which == "whole" and "{item}" in form:
            continue
        put = {"noun": whole if which == "whole" else noun, "item": item, "adv": adverbs}
        put["thing"] = thing if which == "thing" else put["noun"]
        filled = re.sub(r"\{([a-z]+)\}", lambda found, put=put: f"(?:{put[found[1]]})", form)  # type: ignore[misc]
        forms.append(filled)
    return re.compile(rf"(?<!\w)(?:{_either(forms)})(?!\w)")


@lru_cache(maxsize=32)
def _harmless(words: Receipt) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either((*words.harmless, *_dates(words)))})(?!\w)")


def _dates(words: Receipt) -> tuple[str, ...]:
    """A day and a month in words; a bare number may count."""
    if not words.months:
        return ()
    month, before = _either(words.months), "on the|on|the|am|vom|den|le|du|el|il|del"
    day = rf"(?:(?:{before}) )?\d{{1,2}}(?:st|nd|rd|th|er)? (?:of |de )?(?:{month})(?: (?:de )?\d{{4}})?"
    return day, rf"(?:on )?(?:{month}) \d{{1,2}}(?:st|nd|rd|th)?(?: \d{{4}})?"


@lru_cache(maxsize=64)
def _edged(expressions: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either(expressions)})(?!\w)" if expressions else r"(?!)")


def _either(expressions: Iterable[str]) -> str:
    return "|".join(f"(?:{one})" for one in expressions)
