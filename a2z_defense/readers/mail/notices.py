"""The facts of a claim notice or decision: amount, reason, limits, who pays, what counts. Only what it says."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from a2z_defense.model.ids import ORDER_ID
from a2z_defense.model.mail import (
    Counted,
    Decision,
    DueKind,
    DueReading,
    Funder,
    MailKind,
    NoticeFacts,
    Outcome,
    Reason,
)
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.model.money import Money
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.amounts import find_amounts, read_amount
from a2z_defense.readers.mail.dates import written_dates
from a2z_defense.readers.mail.due import appeal_limits, asked_limits
from a2z_defense.readers.mail.kinds import Found
from a2z_defense.readers.mail.labels import labelled
from a2z_defense.readers.mail.mime import Troubles
from a2z_defense.readers.mail.view import MAX_MATCHED, View
from a2z_defense.readers.mail.words import flat, fold, sentences, shown
from a2z_defense.readers.mail.zones import EARLIEST_ZONE

_ASKS = frozenset({MailKind.ACTION_REQUIRED, MailKind.CLAIM_UNRECOGNISED})
_DECIDES = frozenset({MailKind.DECISION, MailKind.APPEAL_RESULT})
_PAYS = frozenset({Outcome.GRANTED, Outcome.UNKNOWN, Outcome.UPHELD})
"""Outcomes after which the seller may have to appeal, or once more."""
MAX_COMMENT = 4000
FEWEST_WORDS = 4
"""Words besides links; a text with fewer asks for nothing. A judgement."""
_WORD, _LINK = re.compile(r"[^\W\d_]{2,}"), re.compile(r"https?://\S+|www\.\S+")
_QUOTE = re.compile(r"\b(?:buyer|customer)['’]?s? comments? (?:were|was|are|is) ?:?\s*[\"“]", re.IGNORECASE)
_UNQUOTE = re.compile(r"[\"”](?=[\s.:]*(?:\n|\Z))")
"""The buyer's words as notices of 2017 quote them. No other language's are known."""


def read_notice(
    view: View, found: Found, marketplace: Marketplace | None, sent_at: dt.datetime | None, troubles: Troubles
) -> NoticeFacts:
    """The facts of the notice in `view`, whose kind is `found` and which was sent at `sent_at`."""
    facts = labelled(view.text)
    if "comment" not in facts and (quoted := _quoted_comment(view.text[:MAX_MATCHED])):
        facts["comment"] = quoted
    due: tuple[DueReading, ...] = ()
    decision: Decision | None = None
    if found.kind in _ASKS:
        told = _own_sentences(view, facts)
        due = asked_limits(told, marketplace, sent_at, troubles, certain=not found.undecided)
        due = due or _unread(view, sent_at, troubles)
    elif found.kind in _DECIDES:
        decision = _decision(view, facts, troubles)
        pays = decision.outcome in _PAYS and decision.funded_by is not Funder.AMAZON
        due = appeal_limits(view.sentences, marketplace, sent_at, troubles, pays=pays)
    claimed = written_dates(facts.get("claimed_on", ""))
    comment = facts.get("comment")
    return NoticeFacts(
        amount=_amount(view, facts, marketplace, troubles),
        reason=_reason(view),
        buyer_comment=shown(comment)[:MAX_COMMENT] if comment else None,
        due=due,
        decision=decision,
        how=found.how,
        undecided=found.undecided,
        carrier=_short(facts.get("carrier")),
        tracking_number=_short(facts.get("tracking")),
        claimed_on=min(
            (written.instant(ZoneInfo(marketplace.zone) if marketplace else EARLIEST_ZONE) for written in claimed),
            default=None,
        ),
    )


def _unread(view: View, sent_at: dt.datetime | None, troubles: Troubles) -> tuple[DueReading, ...]:
    """A request in whose text nothing of a notice was read: a picture, an attached file, an empty part. What it says of
    a limit is not known, so it does not say that there is none."""
    text = view.flat_text
    known = ORDER_ID.search(text) or any(row.search(text) for row in tables.possible("notices", text, where="body"))
    elsewhere = (view.letter or view.outer).attached or len(_WORD.findall(_LINK.sub(" ", text))) < FEWEST_WORDS
    if known or not elsewhere or sent_at is None:
        return ()
    troubles.add("the text of the notice could not be read, so the answer is due now: open Seller Central")
    note = "its text could not be read: look in Seller Central; until then it is due now"
    return (DueReading(kind=DueKind.INSTANT, at=sent_at, text=shown(view.subject)[:120], note=note),)


def _quoted_comment(text: str) -> str:
    """The buyer's words that the notice quotes, to the quote that ends a line; empty when it quotes none."""
    begin = _QUOTE.search(text) if "omment" in text else None
    end = _UNQUOTE.search(text, begin.end(), begin.end() + MAX_COMMENT) if begin else None
    return text[begin.end() : end.start()].strip() if begin and end else ""


def _own_sentences(view: View, facts: dict[str, str]) -> list[str]:
    """The notice's sentences without the buyer's words and the dates of the claim: no limit is in them."""
    told = [flat(facts[name]) for name in ("claimed_on", "requested_on") if name in facts]
    told += sentences(fold(facts.get("comment", "")), hard=view.hard)
    found = view.sentences
    for words in told:
        if len(words) < 8:
            continue
        found = [sentence.replace(words, " ") for sentence in found]
    return found


def _short(value: str | None) -> str | None:
    value = shown(value).strip() if value else ""
    return value if value and len(value) <= 80 and value.lower() not in ("n/a", "none", "-", "na") else None


def _amount(view: View, facts: dict[str, str], marketplace: Marketplace | None, troubles: Troubles) -> Money | None:
    """The claim's amount: of the claim's own sentence, else of the labelled line, else the only one in the mail. None
    for a mail about several claims: whose amount it is, is not told."""
    if len(set(ORDER_ID.findall(view.flat_subject))) > 1:
        troubles.add("the notice names several orders: whose amount and limit it tells is not certain")
        return None
    patterns = [row.pattern for row in tables.possible("notices", view.flat_text, where="body")]
    for pattern in (*(one for one in patterns if "amount" in one.groupindex), _CLAIM_OF):
        said = [match["amount"] for match in pattern.finditer(view.flat_text) if match["amount"]]
        told = {money for words in said if (money := read_amount(words, marketplace))}
        if len(told) == 1:
            return told.pop()
        if told:
            troubles.add("the notice tells several claims with different amounts: none is taken")
            return None
    if facts.get("amount") and (money := read_amount(flat(facts["amount"]), marketplace)):
        return money
    amounts = find_amounts(view.flat_text, marketplace)
    if len(amounts) == 1:
        return amounts[0]
    troubles.add("the claim's amount is not certain from the notice" if amounts else "the notice states no amount")
    return None


_CLAIM_OF = re.compile(
    r"\b(?:claim (?:of|for)|(?:claim amount|antragsbetrag|importo (?:del reclamo|della richiesta)"
    r"|montant de la réclamation|importe de la reclamación) ?(?::|is|was|beträgt|è di|est de|es de))"
    rf" (?P<amount>{tables.AMOUNT})"
)


def _reason(view: View) -> Reason | None:
    """The reason, when the notice's own sentences state exactly one."""
    found = {
        row.means
        for row in tables.possible("reasons", view.flat_text)
        for sentence in view.said
        if row.search(sentence)
    }
    return Reason(found.pop()) if len(found) == 1 else None


def _decision(view: View, facts: dict[str, str], troubles: Troubles) -> Decision:
    said = _means(view)
    outcome = _outcome(said)
    funder = _one(said, "funded")
    if outcome in _OVER and funder == Funder.SELLER and not any(map(_credits, view.said)):
        # "We could not decide in your favor and debited your account": who pays has lost, whatever the other words say.
        troubles.add(f"the decision reads as {outcome.value} and says that the seller pays: look in Seller Central")
        outcome = Outcome.UNKNOWN
    odr = _one(said, "odr")
    return Decision(
        outcome=outcome,
        funded_by=Funder(funder) if funder else Funder.UNKNOWN,
        odr=Counted(odr) if odr else Counted.UNKNOWN,
        stated_reason=shown(facts["why"])[:MAX_COMMENT] if facts.get("why") else None,
    )


_OVER = frozenset({Outcome.DENIED, Outcome.CLOSED, Outcome.WITHDRAWN, Outcome.REVERSED})
_CREDITED = re.compile(
    r"\b(?:(?:re-?|have |has been |will be |be )?credit(?:ed)? (?:your|to your|you|the|it|this|back)\b|reimburs\w* you"
    r"|gutgeschrieben|gutschr\w+|(?:re)?créditer\w*|recrédit\w*|abonar\w*|riaccredit\w*|accredit\w*|creditad\w*)\b"
)
"""Words of money that comes back to the seller: a debit beside them is the older one."""


def _credits(sentence: str) -> bool:
    """Whether a flat sentence tells that money comes back to the seller, on no condition."""
    return _CREDITED.search(sentence) is not None and not re.search(r"\b(?:if|wenn|falls|si|se)\b", sentence)


def _means(view: View) -> set[str]:
    """What the decision's sentences mean. Rows that deny are read first and their words taken out."""
    found: set[str] = set()
    # "Your appeal was not granted" is no denied claim: the failed appeal is looked for before everything else.
    ordered = sorted(
        tables.possible("decisions", view.flat_text), key=lambda row: (not row.denies, row.means != "outcome.upheld")
    )
    for sentence in view.said:
        rest = sentence
        for row in ordered:
            if row.search(rest):
                found.add(row.means)
                if row.denies:
                    rest = row.pattern.sub(" ", rest)
    return found


def _one(said: set[str], field: str) -> str | None:
    values = {means.partition(".")[2] for means in said if means.startswith(f"{field}.")}
    return values.pop() if len(values) == 1 else None


_RANK = (Outcome.UPHELD, Outcome.REVERSED, Outcome.WITHDRAWN)
"""Outcomes that a mail tells beside the older one that they are about: "your appeal was denied; the granted claim"."""


def _outcome(said: set[str]) -> Outcome:
    values = {Outcome(means.partition(".")[2]) for means in said if means.startswith("outcome.")}
    late = values & set(_RANK)
    if late:
        return late.pop() if len(late) == 1 else Outcome.UNKNOWN
    if len(values) > 1:
        # "closed" says only that it is over; the other word says how.
        values -= {Outcome.CLOSED}
    return values.pop() if len(values) == 1 else Outcome.UNKNOWN
