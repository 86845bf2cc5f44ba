"""What leaves the house: the buyer's set holds only what it may, and the appeal puts first what is new."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from support import cases, papers, pdfs
from support.cases import at, ev

from a2z_defense.base.errors import LimitExceeded
from a2z_defense.documents.appeal import Appeal, answered_at, appeal_blockers, appeal_lines
from a2z_defense.documents.catalogue import Catalogue
from a2z_defense.documents.facts import Facts
from a2z_defense.documents.interface import Printed, Rendered
from a2z_defense.documents.localise import Localise
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.documents.response import DELIVERY, sentences_of
from a2z_defense.documents.said import LANGUAGES
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.documents.views.buyer import buyer_message
from a2z_defense.model.assessment import DefenceRef
from a2z_defense.model.case import Case
from a2z_defense.model.entries import AttachmentKind, Entry, RecordKind
from a2z_defense.model.evidence import Evidence
from a2z_defense.model.mail import Decision, Funder, MailKind, Outcome
from a2z_defense.policy.lint import lint
from a2z_defense.policy.tables import load_tables


def secrets() -> Case:
    """A case full of what the buyer may not read."""
    scans = cases.delivered_scans(signed_by="Q. Vicinodicasa", left_with="neighbor")
    return cases.case(
        shipments=(cases.shipment(scans=scans),),
        messages=[cases.message("Where is it?", language="en"), cases.message("Sent.", "03-07 15:00", by="seller")],
        entries=[
            cases.attached(AttachmentKind.DELIVERY_PHOTO, name="door-geheim.jpg", note="internal note: ask Bruno"),
            cases.attached(AttachmentKind.SIGNATURE, name="signature.jpg"),
            cases.attached(AttachmentKind.POD, name="pod.jpg"),
            cases.attached(AttachmentKind.INVOICE, name="invoice.jpg"),
        ],
    )


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_buyers_set_holds_only_what_it_may(language: str, renderer: Renderer, tmp_path: Path) -> None:
    case = secrets()
    own = {
        "file door-geheim.jpg": papers.photo(exif=papers.camera_exif(1)),
        **{f"file {name}.jpg": papers.photo(seed=at_) for at_, name in enumerate(("signature", "pod", "invoice"), 2)},
    }
    said = papers.assessed(case, decision_why="internal reasoning", warnings=("internal warning",))
    found = {
        one.path: one.content
        for one in render_documents(
            case, said, papers.PRINTED, papers.bodies(case, **own), draft=False, renderer=renderer, language=language
        )
    }
    pdf = found["buyer/evidence.pdf"]
    words = " ".join(pdfs.pages_text(pdf, tmp_path))
    told = words + pdfs.metadata(pdf) + found["buyer/message.txt"].decode()
    own_words = (
        "Vicinodicasa",
        "neighbor",
        "Bruno",
        "geheim",
        "internal note",
        "internal reasoning",
        "internal warning",
    )
    sellers = ("Bottega", "Via delle Prove", "Tre Lanterne", "ODR", "deny", "invoice", "ev-", "a2z 0.", "example.com")
    for secret in (*own_words, *sellers):
        assert secret not in told, secret
    assert "http" not in words + found["buyer/message.txt"].decode()
    assert cases.TRACKING in pdfs.pages_text(pdf, tmp_path)[0]
    assert "12:20 CET" in pdfs.pages_text(pdf, tmp_path)[0]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pictures = {bytes(image.read_raw_bytes()) for one in opened.pages for image in one.get_images().values()}
    assert len(pictures) == 1
    assert b"Exif" not in pictures.pop()
    assert len(pdf) < 10_000_000
    assert pdfs.not_valid(pdf) == []


def with_photos(count: int, *, also: tuple[Entry, ...] = ()) -> tuple[Case, dict[str, bytes]]:
    """A case with so many photos of the delivery, upright and wide by turns."""
    names = [f"photo{number}.jpg" for number in range(count)]
    entries = [cases.attached(AttachmentKind.DELIVERY_PHOTO, name=name) for name in names]
    shapes = ((900, 600), (600, 900))
    own = {f"file {name}": papers.photo(*shapes[at_ % 2], seed=at_ + 1) for at_, name in enumerate(names)}
    return cases.case(entries=[*entries, *also]), own


def buyers(renderer: Renderer, case: Case, own: dict[str, bytes]) -> Rendered:
    made = render_documents(
        case, papers.assessed(case), papers.PRINTED, papers.bodies(case, **own), draft=False, renderer=renderer,
        language="en",
    )  # fmt: skip
    return next(one for one in made if one.path == "buyer/evidence.pdf")


def test_many_photos_stay_on_three_pages(renderer: Renderer, tmp_path: Path) -> None:
    case, own = with_photos(8)
    made = buyers(renderer, case, own)
    assert made.pages is not None
    assert made.pages <= 3
    pages = pdfs.pages_text(made.content, tmp_path)
    assert cases.TRACKING in pages[0]
    assert [number for number in range(1, 9) if f"picture {number} of 8" not in " ".join(pages)] == []
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        shown = {bytes(image.read_raw_bytes()) for one in opened.pages for image in one.get_images().values()}
    assert len(shown) == 8
    assert pdfs.not_valid(made.content) == []
    assert pdfs.loose_content(made.content) == []


def test_too_many_photos_are_named_and_one_that_is_taken_out_is_not_shown(renderer: Renderer) -> None:
    case, own = with_photos(19)
    with pytest.raises(LimitExceeded, match="19 pictures of 19 files") as found:
        buyers(renderer, case, own)
    assert "photo18.jpg" in (found.value.remedy or "")
    again = cases.attached(AttachmentKind.OTHER, name="photo1.jpg", when="03-12 11:00")
    case, own = with_photos(2, also=(again,))
    with pikepdf.open(io.BytesIO(buyers(renderer, case, own).content)) as opened:
        assert sum(len(one.get_images()) for one in opened.pages) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buyers_message_keeps_the_rules(language: str) -> None:
    case = cases.case()
    message = buyer_message(Writer(Facts(case, papers.assessed(case)), language), draft=False)
    assert lint(message, audience="buyer", language=language, tables=load_tables()) == ()
    assert case.order_id in message
    assert cases.TRACKING in message


def appealed(*, responded: str | None, late: tuple[str, ...] = (), reason: str | None = None) -> Case:
    """A granted claim; `late` names the evidence that came after the answer."""
    decision = Decision(outcome=Outcome.GRANTED, funded_by=Funder.SELLER, stated_reason=reason)
    notices = [cases.notice(), cases.notice(MailKind.DECISION, "03-15 09:00", decision=decision)]
    entries = [cases.attached(AttachmentKind.POD, name="pod.jpg", when="03-16 09:00")]
    if responded:
        entries.append(cases.recorded(RecordKind.RESPONDED, responded, version=1))
    case = cases.case(notices=notices, entries=entries)

    def dated(piece: Evidence) -> Evidence:
        when = at("03-16 10:00") if piece.id in {ev(name) for name in late} else at("03-12 08:00")
        return piece.model_copy(update={"provenance": piece.provenance.model_copy(update={"obtained_at": when})})

    return case.model_copy(update={"evidence": tuple(dated(piece) for piece in case.evidence)})


def blockers(case: Case, then: Case | None = None) -> tuple[str, ...]:
    """What blocks the appeal of `case`, which stood like `then` when it was answered."""
    answered = Facts(then, papers.assessed(then)) if then else None
    return appeal_blockers(case, papers.assessed(case), Appeal(answered))


def test_nothing_new_is_a_blocker_and_no_decision_too() -> None:
    then = cases.case()
    same = appealed(responded="03-13 09:00")
    assert any("nothing new" in one for one in blockers(same, then))
    assert blockers(appealed(responded="03-13 09:00", late=("file pod.jpg",)), then) == ()
    assert blockers(appealed(responded=None)) == ()
    assert any("no decision" in one for one in blockers(cases.case()))


def test_what_is_new_is_counted_from_the_version_that_was_sent() -> None:
    when = {"version": 1, "built_at": at("03-12 12:00")}
    for told, found in (({}, None), ({"version": 1}, "03-13 09:00"), (when, "03-12 12:00")):
        case = cases.case(entries=[cases.recorded(RecordKind.RESPONDED, "03-13 09:00", **told)])
        assert answered_at(case) == (at(found) if found else None)


def test_a_source_that_was_asked_again_and_says_the_same_is_nothing_new() -> None:
    then, again = cases.case(), tuple(one.id for one in cases.case().evidence)
    assert any("nothing new" in one for one in blockers(appealed(responded="03-13 09:00", late=again), then))
    assert blockers(appealed(responded="03-13 09:00", late=again), cases.case(shipments=[])) == ()


def test_a_grant_that_only_the_seller_recorded_may_be_appealed() -> None:
    told = [cases.recorded(RecordKind.GRANTED, "03-15 09:00")]
    assert blockers(cases.case(entries=told)) == ()
    denied = [cases.recorded(RecordKind.DENIED, "03-15 09:00")]
    assert any("no decision" in one for one in blockers(cases.case(entries=denied)))


def test_what_is_new_comes_first_and_the_reason_is_quoted() -> None:
    late = f"tracking {cases.TRACKING}"
    case = appealed(responded="03-13 09:00", late=(late,), reason="Tracking does not show a signature for delivery.")
    then = cases.case(shipments=[])
    told = Appeal(Facts(then, papers.assessed(then)))
    found = appeal_lines(case, papers.assessed(case), Printed(), "en", appeal=told).sentences
    assert found[0].text.startswith("We appeal the decision on order 402-1234567-7654321")
    assert found[1].text == ('The decision of 15 Mar 2026 states: "Tracking does not show a signature for delivery."')
    w = Writer(Facts(then, papers.assessed(then)), "en")
    known = {one.text for one in sentences_of(w, DELIVERY)}
    told_then = [one.text in known for one in found[2:] if one.part == "fact"]
    assert set(told_then) == {True, False}
    assert told_then == sorted(told_then)


def test_no_fact_is_told_twice_when_all_of_them_are_new() -> None:
    case = appealed(responded=None, reason="Tracking does not show a signature for delivery.")
    found = appeal_lines(case, papers.assessed(case), Printed(), "en", appeal=Appeal()).sentences
    told = [one.text for one in found]
    assert sum("The tracking number is" in one for one in told) == 1
    assert len(told) == len(set(told))


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_why_an_appeal_is_no_final_one_is_told_in_the_language(language: str) -> None:
    known = Catalogue(Localise(language, "UTC")).knows
    found = (*blockers(cases.case(), cases.case()), *blockers(appealed(responded="03-13 09:00"), cases.case()))
    assert len(found) == 3
    assert [one for one in found if not known(one)] == []


def test_only_the_stated_reason_is_answered() -> None:
    case = appealed(responded=None, reason="The refund was not issued.")
    found = appeal_lines(case, papers.assessed(case), Printed(), "en", appeal=Appeal()).sentences
    text = " ".join(one.text for one in found[2:])
    assert "No refund by us" in text
    assert "sign" not in text


def test_a_file_that_is_new_is_named_when_it_answers_the_reason() -> None:
    def said(reason: str) -> list[str]:
        case = appealed(responded="03-13 09:00", late=("file pod.jpg",), reason=reason)
        lines = appeal_lines(case, papers.assessed(case), Printed(), "en", appeal=Appeal())
        return [one.text for one in lines.sentences]

    assert said("Tracking does not show a signature for delivery.")[2] == (
        "We also hold, since 16 Mar 2026: Proof of delivery."
    )
    assert not any("We also hold" in one for one in said("The refund was not issued."))


def test_the_appeal_adds_two_files(renderer: Renderer, tmp_path: Path) -> None:
    case = appealed(responded="03-13 09:00", late=("file pod.jpg",))
    bodies = papers.bodies(case, **{"file pod.jpg": papers.photo()})
    found = {
        one.path: one
        for one in render_documents(
            case,
            papers.assessed(case),
            papers.PRINTED,
            bodies,
            draft=False,
            renderer=renderer,
            language="en",
            appeal=Appeal(),
        )
    }
    assert {"appeal/response.txt", "appeal/evidence.pdf"} < set(found)
    assert found["appeal/response.txt"].content.startswith(b"We appeal the decision")
    pdf = found["appeal/evidence.pdf"]
    assert pdf.pages == 1
    assert pdfs.not_valid(pdf.content) == []
    assert pdfs.attached_names(pdf.content) == []
    words = " ".join(pdfs.pages_text(pdf.content, tmp_path))
    assert "Proof of delivery, picture 1 of 1" in words
    told = words + pdfs.metadata(pdf.content)
    assert not [
        one for one in (papers.PRINTED.journal_head, "v3", "policy", "a2z 0.", case.claim_id + " v") if one in told
    ]


def test_an_appeal_without_anything_new_is_marked(renderer: Renderer, tmp_path: Path) -> None:
    case = appealed(responded="03-17 09:00")
    bodies = papers.bodies(case, **{"file pod.jpg": papers.photo()})
    found = {
        one.path: one.content
        for one in render_documents(
            case,
            papers.assessed(case),
            papers.PRINTED,
            bodies,
            draft=False,
            renderer=renderer,
            language="en",
            appeal=Appeal(Facts(case, papers.assessed(case))),
        )
    }
    assert found["appeal/response.txt"].startswith(b"DRAFT")
    assert all("DRAFT" in one for one in pdfs.pages_text(found["appeal/evidence.pdf"], tmp_path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buyer_is_spoken_to_and_not_of(language: str) -> None:
    """The answer tells Amazon of "the customer"; in a message to that customer it would be somebody else."""
    given = cases.stated("return_label_given", "yes", source="file label.pdf")
    attached = cases.attached(AttachmentKind.RETURN_LABEL, name="label.pdf")
    case = cases.case(returns=(cases.return_row(authorised_at=at("03-08 12:00")),), entries=[attached, given])
    said = papers.assessed(case, defence=DefenceRef(id="return_offered", title="Return offered"))
    w = Writer(Facts(case, said), language)
    message = buyer_message(w, draft=False)
    assert w.t("buyer.return_label") in message
    assert w.t("line.return_label") not in message


def test_an_appeal_tells_of_a_new_proof_once() -> None:
    pod = cases.attached(AttachmentKind.POD, name="pod.jpg", when="03-18 09:00")
    case = cases.case(
        notices=[cases.notice(), cases.decided()], entries=[cases.recorded(RecordKind.RESPONDED, version=1), pod]
    )
    late = tuple(
        one.model_copy(update={"provenance": one.provenance.model_copy(update={"obtained_at": at("03-18 09:00")})})
        if one.id == pod.file
        else one
        for one in case.evidence
    )
    held = papers.item("pod_document", exhibit=pod.file)
    texts = [
        one.text
        for evidence in (late, case.evidence)
        for one in appeal_lines(
            case.model_copy(update={"evidence": evidence}),
            papers.assessed(case, items=(held,)),
            Printed(),
            "en",
            appeal=Appeal(),
        ).sentences
        if "roof of delivery" in one.text
    ]
    assert texts == ["We also hold, since 18 Mar 2026: Proof of delivery.", "We hold the carrier's proof of delivery."]
