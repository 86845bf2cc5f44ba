"""The appeal: quotes the decision's stated reason, answers that only, and puts first what had not been sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.documents.facts import Facts
from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import DELIVERY, PLANS, REFUND, RETURN, Part, Plan, Response, Sentence, sentences_of
from a2z_defense.documents.said import known_language
from a2z_defense.documents.sentences import lines
from a2z_defense.documents.sentences.openings import decisive, whole
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.model.assessment import Assessment, Supports
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.entries import AttachmentKind, Entry, EntryKind, RecordKind
from a2z_defense.model.evidence import Evidence

FILES_SHOWN = tuple(kind for kind in AttachmentKind if kind not in {AttachmentKind.OTHER, AttachmentKind.CARRIER})
"""Files that the seller attached as something; what is merely "other", or a table of a carrier, is for the record."""
_REPLIES: Plan = ((lines.replies, 1, Supports.BOTH), (lines.sent, 2, Supports.BOTH))
_DELIVERY_STEMS = (
    "deliver track sign proof consegn tracci firma prova zustell liefer sendung unterschrift livrais suivi preuve "
    "entrega seguimiento"
)
_K = AttachmentKind
_TOPICS: tuple[tuple[Plan, str, tuple[AttachmentKind, ...]], ...] = (
    (REFUND, "refund rimbors erstatt rembours reembols", (_K.INVOICE, _K.SCREENSHOT)),
    (
        RETURN,
        "return reso restitu rücksend retour devoluc",
        (_K.RETURN_LABEL, _K.INSPECTION, _K.SERIAL, _K.PRE_SHIP_PHOTO, _K.LISTING, _K.SCREENSHOT),
    ),
    (DELIVERY, _DELIVERY_STEMS, (_K.DELIVERY_PHOTO, _K.SIGNATURE, _K.POD, _K.LABEL, _K.SCREENSHOT)),
    (_REPLIES, "respond contact rispost antwort répon respuest", (_K.SCREENSHOT,)),
)
"""Word stems of a decision's stated reason in our five languages -> the facts and the files that answer it. A
judgement: Amazon publishes no list of its reasons. The first that fits wins; none fits: the facts of the defence and
every file."""


_FILE = 2
"""The rank of a sentence that names a file: after the quoted reason, before the facts."""


def decision_notice(case: Case) -> Mail | None:
    """The decision that is appealed: the newest."""
    found = [mail for mail in case.notices if mail.read.notice and mail.read.notice.decision]
    return found[-1] if found else None


@dataclass(frozen=True)
class Appeal:
    """What an appeal is measured against."""

    answered: Facts | None = None
    """The claim when the answer that was sent was built; None: what was sent is not known, so all is new."""


def answered_at(case: Case) -> dt.datetime | None:
    """Until when the answer that was sent knew what was held: when its version was built. None: it is not known what
    was sent, so nothing of what is held may be called told."""
    versions = [one for one in case.entries if one.record is RecordKind.RESPONDED and one.version is not None]
    return max((one.built_at or one.effective_at or one.at for one in versions), default=None)


def _decided_by_hand(case: Case) -> bool:
    """The seller recorded a grant: Amazon's mail of it may never come, and the time to appeal runs all the same."""
    return any(entry.record in (RecordKind.GRANTED, RecordKind.UPHELD) for entry in case.entries)


def appeal_blockers(case: Case, assessment: Assessment, appeal: Appeal) -> tuple[str, ...]:
    """Why an appeal may not be sent, in words: no decision, or nothing in it that was not known when the claim was
    answered. A source that was asked again and says the same is nothing new."""
    found = []
    if decision_notice(case) is None and not _decided_by_hand(case):
        found.append("no decision is held that could be appealed")
    w = Writer(Facts(case, assessment), "en")
    plan, kinds = _answering(w)
    told = _told(appeal, plan, "en", None)
    if not any(_files(w, kinds)) and all(one.text in told for one in sentences_of(w, plan) if one.part is Part.FACT):
        found.append("nothing new is held since the answer that the appeal could tell: it needs new information")
    return tuple(found)


def appeal_lines(
    case: Case,
    assessment: Assessment,
    printed: Printed,
    language: str | None = None,
    *,
    appeal: Appeal,
    templates: Path | None = None,
) -> Response:
    """The appeal's sentences: the ask, the quoted reason, what is new, what else answers that reason."""
    facts = Facts(case, assessment)
    chosen = known_language(language or printed.response_language or facts.language)
    w = Writer(facts, chosen, templates=templates)
    blockers = appeal_blockers(case, assessment, appeal)
    banner = tuple(w.words("banner.draft", blockers="; ".join(blockers)) for _ in blockers[:1])
    sentences = () if assessment.alarms else tuple(_sentences(w, appeal, templates))
    return Response(language=chosen, banner=banner, sentences=sentences)


def _sentences(w: Writer, appeal: Appeal, templates: Path | None) -> Iterable[Sentence]:
    asks = (w.fill("ask.appeal", order=w.order, amount=amount) for amount in (w.amount, w.no_amount))
    first = whole(w, *asks, fact=decisive(w))
    if first:
        w.opening = first
        yield Sentence(part=Part.OPENING, text=first, exhibits=first.exhibits, supports=Supports.BOTH, rank=0)
    mail, stated = decision_notice(w.facts.case), _stated_reason(w.facts.case)
    if mail and stated:
        quote = w.fill(
            "line.decision_reason", at=w.day(mail.read.sent_at, mail.evidence), quote=w.quote(stated, mail.evidence)
        )
        if quote:
            yield Sentence(part=Part.FACT, text=quote, exhibits=quote.exhibits, supports=Supports.BOTH, rank=1)
    plan, kinds = _answering(w)
    told = _told(appeal, plan, w.t.language, templates)
    files = tuple(_files(w, kinds))
    facts = [one for one in sentences_of(w, plan) if not _repeats(w, one, files) and one.text != first]
    yield from files
    yield from sorted(facts, key=lambda one: (one.part is not Part.FACT, one.part is Part.FACT and one.text in told))


def _stated_reason(case: Case) -> str | None:
    mail = decision_notice(case)
    return mail.read.notice.decision.stated_reason if mail and mail.read.notice and mail.read.notice.decision else None


def _answering(w: Writer) -> tuple[Plan, tuple[AttachmentKind, ...]]:
    """The facts and the kinds of files that answer the stated reason; of no known one, those of the defence and all."""
    stated, defence = _stated_reason(w.facts.case), w.facts.assessment.defence
    for plan, stems, kinds in _TOPICS if stated else ():
        if stated and any(stem in stated.casefold() for stem in stems.split()):
            return plan, kinds
    return PLANS.get(defence.id if defence else "", DELIVERY), FILES_SHOWN


def _told(appeal: Appeal, plan: Plan, language: str, templates: Path | None) -> frozenset[str]:
    """The sentences that could be told when the answer was built: they are nothing new."""
    if appeal.answered is None:
        return frozenset()
    return frozenset(one.text for one in sentences_of(Writer(appeal.answered, language, templates=templates), plan))


def _repeats(w: Writer, one: Sentence, files: Sequence[Sentence]) -> bool:
    """True for "we hold a proof" of a file that is told as new."""
    told = {exhibit for file in files for exhibit in file.exhibits}
    return one.text in {w.t("line.pod"), w.t("line.photo")} and bool(told.intersection(one.exhibits))


def _files(w: Writer, shown: tuple[AttachmentKind, ...]) -> Iterable[Sentence]:
    """The seller's files that were not in what had been sent: pictures and documents say it in no other sentence."""
    since = answered_at(w.facts.case)
    kinds: dict[str, tuple[Entry, Evidence]] = {}
    for entry in w.facts.case.entries:
        piece = w.facts.case.piece(entry.file or "") if entry.kind is EntryKind.ATTACHED else None
        if piece and entry.attachment in shown and (since is None or piece.provenance.obtained_at > since):
            kinds.setdefault(entry.attachment.value, (entry, piece))
    for kind, (entry, piece) in kinds.items():
        on = w.day(piece.provenance.obtained_at, piece.id, entry.id)
        what = w.say(w.t(f"attachment.{kind.replace('-', '_')}"), entry.file, entry.id)
        told = w.fill("line.also_held", on=on, kind=what)
        if told:
            yield Sentence(part=Part.FACT, text=told, exhibits=told.exhibits, supports=Supports.BOTH, rank=_FILE)
