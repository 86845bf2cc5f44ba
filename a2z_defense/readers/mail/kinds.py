"""What kind of mail it is. The header that Amazon puts on decides the family; subject and body decide within it, and
everything when the header is gone. What cannot be told apart becomes the kind with the earlier deadline and says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from a2z_defense.model.ids import ORDER_ID
from a2z_defense.model.mail import MailKind
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.needles import holds_one
from a2z_defense.readers.mail.view import View

_DIRECT = {
    "return_request": MailKind.RETURN_REQUEST,
    "refund_issued": MailKind.REFUND_ISSUED,
    "cancellation_request": MailKind.CANCELLATION_REQUEST,
    "buyer_message": MailKind.BUYER_MESSAGE,
    "seller_message": MailKind.SELLER_MESSAGE,
    "opt_out": MailKind.OPT_OUT,
    "delivery_failure": MailKind.DELIVERY_FAILURE,
    "amazon_pay": MailKind.AMAZON_PAY,
    "chargeback": MailKind.CHARGEBACK,
    "safe_t": MailKind.SAFE_T,
}
_OTHER_PROGRAMMES = ("amazon_pay", "chargeback", "safe_t")


@dataclass(frozen=True)
class Found:
    """A kind, and by what it was told."""

    kind: MailKind
    how: str
    language: str | None = None
    undecided: bool = False


def classify(view: View) -> Found:
    """The kind of the mail in `view`."""
    family = tables.load("senders")["types"].get(view.type)
    if family in ("claim", "decision"):
        return _claim(view, family)
    if family is not None:
        kind = _DIRECT[family]
        if kind is MailKind.BUYER_MESSAGE and _staff(view):
            kind = MailKind.AMAZON_MESSAGE
        return Found(kind, "header", _subject_language(view))
    if view.type.startswith("A_Z_"):
        return _claim(view, "")
    return _without_header(view)


def _without_header(view: View) -> Found:
    if view.writes in _OTHER_PROGRAMMES:
        return Found(_DIRECT[str(view.writes)], "sender")
    if _failure(view):
        return Found(MailKind.DELIVERY_FAILURE, "structure")
    if view.writes == "relay":
        kind = MailKind.AMAZON_MESSAGE if _staff(view) else MailKind.BUYER_MESSAGE
        return Found(kind, "sender", _subject_language(view))
    if view.writes is None and view.to_relay:
        return Found(MailKind.SELLER_MESSAGE, "recipient", _subject_language(view))
    if view.writes is None and view.answered and not view.forwarded:
        return Found(MailKind.OTHER, "a person's reply")
    programme = tables.first("programmes", view.flat_subject, where="subject", means=_OTHER_PROGRAMMES)
    if programme:
        return Found(_DIRECT[programme[0].means], "subject", programme[0].language)
    if view.writes != "claim":
        plain = tables.first("subjects", view.flat_subject)
        if plain and not _claim_subject(view):
            return Found(_DIRECT[plain[0].means], "subject", plain[0].language)
        programme = tables.first("programmes", view.flat_text, where="body", means=_OTHER_PROGRAMMES)
        if programme and not _claim_subject(view):
            return Found(_DIRECT[programme[0].means], "body", programme[0].language)
    if view.writes == "claim" or _claim_subject(view) or _claim_body(view) or _claim_structure(view):
        return _claim(view, None)
    return Found(MailKind.OTHER, "nothing that a2z knows")


def _claim_subject(view: View) -> bool:
    return tables.first("notices", view.flat_subject, where="subject") is not None


def _claim_body(view: View) -> bool:
    """A claim's own sentence in the body, about an order. Words of request or of calm alone are no claim."""
    if not _names_order(view) or tables.first("programmes", view.flat_text, means=("a_to_z",)) is None:
        return False
    possible = tables.possible("notices", view.flat_text, where="body", means=("received", "decision", "appeal"))
    return any(row.search(sentence) for row in possible for sentence in view.said)


def quotes_claim(view: View) -> bool:
    """Whether a mail that is no claim speaks of one on an order in words of a notice: a colleague's answer to it."""
    return view.answered and (_claim_subject(view) or _claim_body(view))


def _claim_structure(view: View) -> bool:
    """The programme's name and an order, in a mail that Amazon wrote or that was forwarded as Amazon's."""
    if view.writes is None and not view.forwarded:
        return False
    if not _names_order(view):
        return False
    if tables.first("programmes", view.flat_subject, means=("a_to_z",)):
        return True
    shown = view.sender.display.lower()
    if view.forwarded and shown and tables.first("programmes", shown, means=("a_to_z",)):
        return True
    return tables.first("programmes", view.flat_text, means=("a_to_z",)) is not None


def _names_order(view: View) -> bool:
    return ORDER_ID.search(view.flat_subject) is not None or ORDER_ID.search(view.flat_text) is not None


_STAFF = ("amazon seller", "venditore amazon")


def _staff(view: View) -> bool:
    if not holds_one(_STAFF, view.flat_text):
        return False
    patterns = tables.load("messages")["staff"]
    return all(_search(pattern, view) for pattern in patterns[:2]) or _search(patterns[2], view)


def _search(pattern: str, view: View) -> bool:
    return any(re.search(pattern, line) for line in view.sentences[:60])


def _failure(view: View) -> bool:
    if view.outer.media_type == "multipart/report":
        return True
    local = view.sender.local.split("+")[0]
    if local in ("mailer-daemon", "postmaster"):
        return True
    row = tables.first("subjects", view.flat_subject, means=("delivery_failure",))
    return row is not None and view.writes in ("general", "other")


def _subject_language(view: View) -> str | None:
    found = tables.first("subjects", view.flat_subject)
    return found[0].language if found else None


def _claim(view: View, family: str | None) -> Found:
    """The kind within the claim family. `family` is the header's word: claim, decision, "" for an unknown A_Z type, or
    None when there is no header."""
    how = "header" if family else "structure" if family == "" else ""
    subject = tables.first("notices", view.flat_subject, where="subject")
    in_subject = subject[0].means if subject else ""
    said = _said(view)
    language = subject[0].language if subject else next((row.language for row in said.values()), None)
    how = how or ("subject" if subject else "body" if said else "structure")
    asks = in_subject == "action" or "action" in said
    calm = "nothing_now" in said
    decides = family == "decision" or in_subject in ("decision", "appeal")
    if (decides or "appeal" in said) and asks and not calm and (in_subject == "action" or _asks_now(view)):
        # A request is answered within days, an appeal within weeks: a mail that does both asks.
        return Found(MailKind.ACTION_REQUIRED, how, language, undecided=decides)
    if "appeal" in said or in_subject == "appeal":
        return Found(MailKind.APPEAL_RESULT, how, language)
    if decides:
        return Found(MailKind.DECISION, how, language)
    if not subject and not family and "decision" in said:
        if "received" in said or (asks and not calm):
            return Found(MailKind.ACTION_REQUIRED, how, language, undecided=True)
        return Found(MailKind.DECISION, how, language)
    if calm and (subject or "received" in said or family == "claim"):
        if in_subject == "action" or (
            asks and (said["action"].language != said["nothing_now"].language or _asks_beside_calm(view))
        ):
            # Of a mail in two languages one half calms and the other asks; "nothing to do, if ..." is no calm at all.
            return Found(MailKind.ACTION_REQUIRED, how, language, undecided=True)
        return Found(MailKind.CLAIM_RECEIVED, how, language)
    if asks and (subject or "received" in said or family == "claim"):
        return Found(MailKind.ACTION_REQUIRED, how, language)
    if subject or "received" in said or asks:
        return Found(MailKind.ACTION_REQUIRED, how, language, undecided=True)
    return Found(MailKind.CLAIM_UNRECOGNISED, how, language, undecided=True)


def _said(view: View) -> dict[str, tables.Row]:
    """What the body's sentences say, conditional ones left out: meaning -> the row that says it."""
    found: dict[str, tables.Row] = {}
    possible = tables.possible("notices", view.flat_text, where="body")
    for sentence in view.said:
        for row in possible:
            # Within a claim a request stays one, also beside words of appeal.
            if row.means in found or not row.search(sentence):
                continue
            if not _voided(_ALWAYS.get(row.means, ""), sentence):
                found[row.means] = row
    return found


_ALWAYS = {"nothing_now": "nothing_now", "action": "unanswered"}
"""Which words always take from a row what it seems to mean."""


def _voided(words: str, sentence: str) -> bool:
    """True when the sentence's other words, those of that list, take from a row what it seems to mean."""
    return any(re.search(pattern, sentence) for pattern in tables.load("notices")["voids"].get(words, ()))


def asks(sentence: str) -> bool:
    """Whether the flat `sentence` asks the seller for something."""
    return any(row.search(sentence) for row in tables.rows_for("notices", where="body", means=("action",)))


def _asks_beside_calm(view: View) -> bool:
    """Whether a sentence that does not calm asks for something and states a time limit, and puts no condition."""
    rows = tables.possible("notices", view.flat_text, where="body")
    limits = tables.possible("limits", view.flat_text)
    return any(
        any(row.search(sentence) for row in limits)
        and any(row.search(sentence) for row in rows if row.means == "action")
        and not any(row.search(sentence) for row in rows if row.means == "nothing_now")
        and not (_voided("action", sentence) or _voided("unanswered", sentence) or _voided("to_come", sentence))
        for sentence in view.said
    )


def _asks_now(view: View) -> bool:
    """Whether a mail about a decision or an appeal asks the seller for something: always when it tells no result;
    beside a result, when it asks for information, states a time limit or says that the buyer has appealed."""
    asking = [row for row in tables.possible("notices", view.flat_text, where="body") if row.means == "action"]
    found = [
        sentence
        for sentence in view.said
        if any(row.search(sentence) for row in asking)
        and not (_voided("action", sentence) or _voided("unanswered", sentence))
    ]
    if not found:
        return False
    results = [row for row in tables.possible("decisions", view.flat_text) if row.means.startswith("outcome.")]
    if not any(row.search(sentence) for sentence in view.said for row in results):
        return True
    limits = tables.possible("limits", view.flat_text)
    if any(row.search(sentence) for sentence in found for row in limits):
        return True
    return any(re.search(pattern, sentence) for sentence in view.said for pattern in tables.load("notices")["reopens"])
