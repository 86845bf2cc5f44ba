"""Every example, from its mails to its PDFs: valid, sound, and what may not be sent says so."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from support import golden, papers, pdfs

from a2z_defense.base.data import data_folder
from a2z_defense.base.environment import Environment, load_environment
from a2z_defense.documents.catalogue import Catalogue
from a2z_defense.documents.interface import Printed
from a2z_defense.documents.localise import Localise
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.documents.response import cost, response_lines
from a2z_defense.documents.said import LANGUAGES
from a2z_defense.jobs.appeals import appeal_of
from a2z_defense.jobs.assess import assess_claim, tables_of
from a2z_defense.jobs.build import build_named, why_draft
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.record import record
from a2z_defense.jobs.stated import state_fact
from a2z_defense.model.assessment import Assessment, Decided, Status
from a2z_defense.model.case import Case
from a2z_defense.model.evidence import Evidence
from a2z_defense.policy.assess import assess
from a2z_defense.policy.lint import lint
from a2z_defense.policy.tables import load_tables
from a2z_defense.sandbox.mails import RECEIVER
from a2z_defense.sandbox.scenarios import Scenario, load_scenarios
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.store.claims import resolve
from a2z_defense.store.store import open_store

CLAIMS = [scenario for scenario in load_scenarios() if scenario.expected.decision != "quarantined"]
pytestmark = pytest.mark.slow
STORED = Path(__file__).resolve().parent / "golden" / "scenarios"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    home = tmp_path_factory.mktemp("home")
    mail = tuple(str(scenario.mail_folder) for scenario in CLAIMS)
    variables = {
        "A2Z_HOME": str(home),
        "A2Z_CONFIG": str(home / "none.toml"),
        "A2Z_TRUSTED_RECEIVERS": RECEIVER,
        "A2Z_KEYRING": "off",
    }
    with pytest.MonkeyPatch.context() as world, Sandbox([data_folder("examples")], scale=1000) as sandbox:
        world.setenv("LOGNAME", "shop")  # who said it is printed
        found = load_environment(as_of=CLAIMS[0].now.isoformat(), variables=variables | sandbox.credentials)
        fetch(found, FetchWanted(mail=mail))
        for scenario in CLAIMS:
            for one in scenario.attachments:
                attach(found, scenario.order_id, one.file, one.kind, note=one.note, taken_at=one.taken)
            for statement in scenario.statements:
                state_fact(found, scenario.order_id, statement.fact, statement.value, statement.from_file.name)
            for recorded in scenario.records:
                record(found, scenario.order_id, recorded.kind, at=recorded.at, tab=recorded.tab)
        yield found


def words_in_order(path: Path) -> str:
    """The words of a PDF in the order of its own content: a cell of a table stays together."""
    return subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True).stdout.decode()


def is_plain(text: str) -> bool:
    """True when all its punctuation is ASCII; letters of every language may be in it."""
    return all(char.isascii() or unicodedata.category(char)[0] in "LM" for char in text)


def tight(text: str) -> str:
    """Without spaces, marks of direction, differences of quotation marks and capitals: as pages break lines."""
    plain = re.sub(r"[\s\u200e]", "", text).casefold()
    return re.sub(r"[“”„«»]", '"', plain).replace("’", "'")


def facts_told(found: Assessment) -> Iterator[str]:
    """What an assessment says, as the record prints it in English and UTC."""
    said = Catalogue(Localise("en", "UTC"))
    for item in found.items:
        yield item.title
        yield said(item.why)
    yield said(found.decision_why)
    yield from (said(one.why) for one in found.passed_over)
    yield from (said(one.what) for one in found.contradictions)
    yield from (said(one.why) for one in found.protection)
    yield from (said(one) for one in (*found.warnings, *found.alarms) if "ev-" not in one)
    yield from (said(one.why) for one in found.units)
    yield from (said(one.rule_text) for one in found.clocks)
    yield from (part for one in found.ways_out for part in (one.what, one.money, one.odr))
    if found.amount:
        yield Localise("en", "UTC").money(found.amount)
    if found.deadline.act_by:
        yield Localise("en", "UTC", limits=True).at(found.deadline.act_by)


def internal_words(case: Case, found: Assessment) -> Iterator[str]:
    """What the buyer may not read: the judgement, the policy, digests, other people and the seller's own words."""
    texts = [found.decision_why, *found.warnings, found.deadline.rule_text or "", found.deadline.source or ""]
    texts += [text for item in found.items for text in (item.why, item.how_to_get)]
    texts += [one.sha256 for one in case.evidence] + [one.id for one in case.evidence]
    texts += [scan.signed_by for one in case.shipments for scan in one.scans if scan.signed_by]
    texts += [one.read.message.text for one in case.messages if one.read.message]
    texts += [entry.note for entry in case.entries if entry.note]
    texts += [found.policy, "Internal record", "ODR", "a2z", "exhibit", "@marketplace"]
    return (tight(text) for text in texts if text and (len(text) > 14 or text in texts[-5:]))


@pytest.mark.parametrize("scenario", CLAIMS, ids=lambda scenario: scenario.order_id)
def test_the_documents_of_an_example(scenario: Scenario, environment: Environment, tmp_path: Path) -> None:
    built = build_named(environment, scenario.order_id, BuildOptions())
    folder = Path(built.answer.directory)
    assessment = built.assessed.assessment
    for path in ("response.pdf", "buyer/evidence.pdf", "audit-bundle.pdf"):
        content = (folder / path).read_bytes()
        assert pdfs.not_valid(content) == [], path
        assert pdfs.loose_content(content) == [], path
        qpdf, _ = pdfs.syntax(content, tmp_path)
        assert "No syntax or stream encoding errors" in qpdf
        pages = pdfs.pages_text(content, tmp_path)
        if built.answer.draft and path == "audit-bundle.pdf":
            assert all("DRAFT" in page for page in pages)
        assert not any("\ufffd" in page for page in pages)
    answer = (folder / "response.txt").read_text(encoding="utf-8")
    message = (folder / "buyer" / "message.txt").read_text(encoding="utf-8")
    told = {
        path: tight(words_in_order(folder / path))
        for path in ("response.pdf", "buyer/evidence.pdf", "audit-bundle.pdf")
    }
    for fact in facts_told(assessment):
        assert tight(fact) in told["audit-bundle.pdf"], fact
    for piece in built.assessed.gathered.case.evidence:
        assert piece.sha256 in told["audit-bundle.pdf"]
    second = tight(pdfs.pages_text((folder / "audit-bundle.pdf").read_bytes(), tmp_path)[1])
    assert "required,held,missing" in second[:200], "the first page is one page"
    sentences = answer.partition("\n\n")[2] or answer
    for sentence in sentences.splitlines():
        assert tight(sentence) in told["response.pdf"] or not sentence.isascii(), sentence
    for_buyer = told["buyer/evidence.pdf"] + tight(message)
    assert [word for word in internal_words(built.assessed.gathered.case, assessment) if word in for_buyer] == []
    assert set(re.findall(r"\d{3}-\d{7}-\d{7}", for_buyer)) == {scenario.order_id}
    sendable = assessment.decision is Decided.DEFEND and not built.answer.draft
    decided = assessment.status in {Status.DECIDED, Status.CLOSED}
    body = answer if sendable and not decided else answer.partition("\n\n")[2]
    assert decided == answer.startswith("NOT TO BE SENT AS AN ANSWER.")
    tables = load_tables()
    for language in LANGUAGES:
        told_whole = response_lines(built.assessed.gathered.case, assessment, Printed(), language).sentences
        assert cost("".join(f"{one.text}\n" for one in told_whole)) <= Printed().budget, "nothing has to be left out"
        assert all(is_plain(one.text) for one in told_whole), language
    zoneless = re.sub(r"(\d\d:\d\d) [A-Z]{3,4}\b", r"\1 UTC", body)  # a zone's letters are no emphasis
    assert lint(zoneless, audience="amazon", language="en", tables=tables) == ()
    if sendable:
        assert body.splitlines()[0].count(scenario.order_id) == 1
        assert len(body.splitlines()[0]) <= 300
    else:
        banner, _, rest = message.partition("\n\n")
        assert banner.split(".")[0].isupper()
        assert scenario.order_id in rest


def without_request_ids(case: Case) -> Case:
    """The case with one request id for all: the simulator draws them by chance, and a line may break elsewhere."""

    def plain(piece: Evidence) -> Evidence:
        if not piece.provenance.request_id:
            return piece
        told = piece.provenance.model_copy(update={"request_id": "00000000-0000-4000-8000-000000000000"})
        return piece.model_copy(update={"provenance": told})

    return case.model_copy(update={"evidence": tuple(plain(piece) for piece in case.evidence)})


@pytest.mark.parametrize("scenario", CLAIMS, ids=lambda scenario: scenario.order_id)
def test_the_pages_of_an_example_look_as_they_did(
    scenario: Scenario, environment: Environment, renderer: Renderer, tmp_path: Path
) -> None:
    with open_store(environment) as store, store.reading() as connection:
        assessed = assess_claim(store, connection, resolve(connection, scenario.order_id), tables_of(environment))
    case = without_request_ids(assessed.gathered.case)
    judged, gathered = partial(assess, tables=tables_of(environment)), assessed.gathered
    decided = assessed.assessment.status is Status.DECIDED
    appeal = appeal_of(case, gathered.circumstances, gathered.pieces, judged) if decided else None
    # Not the build itself: it prints the digests of the policy tables and of the journal, which any change moves.
    made = render_documents(
        case,
        assessed.assessment,
        papers.PRINTED,
        assessed.gathered.body,
        draft=bool(why_draft(case, assessed.assessment, as_is=None, appeal=appeal)),
        renderer=renderer,
        appeal=appeal,
    )
    found = []
    for one in made:
        if one.path.endswith(".pdf"):
            stem = one.path.replace("/", "-").removesuffix(".pdf")
            found += golden.differing(f"{scenario.order_id}-{stem}", one.content, STORED, tmp_path)
    assert found == [], f"look at {tmp_path / 'review.html'}; A2Z_GOLDEN=write stores the pages anew"
