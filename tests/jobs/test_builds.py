"""Versions: the same inputs are the same bytes, other inputs the next number, nothing is overwritten or half there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from support.homes import with_one_claim
from support.mail_maker import ORDER, SENT

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ExitCode
from a2z_defense.bundle.verify import verify
from a2z_defense.jobs import version_folder
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.entries import new_entry, say
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.mail import Reason


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def shop(tmp_path: Path) -> Environment:
    return with_one_claim(tmp_path, now=SENT.replace(hour=12))


def test_the_same_inputs_are_the_same_version_and_bytes_wherever_they_are_written(
    shop: Environment, tmp_path: Path
) -> None:
    first = build_named(shop, ORDER, BuildOptions())
    assert (first.exit_code, first.answer.version, first.answer.new) == (ExitCode.INCOMPLETE, 1, True)
    assert first.answer.warnings == ()
    again = build_named(shop, ORDER, BuildOptions())
    assert (again.answer.version, again.answer.new, again.exit_code) == (1, False, ExitCode.INCOMPLETE)
    assert again.answer.model_copy(update={"new": True}) == first.answer
    elsewhere = build_named(shop, ORDER, BuildOptions(out=tmp_path / "out"))
    assert elsewhere.answer.version == 1
    assert digests(Path(elsewhere.answer.directory)) == digests(Path(first.answer.directory))
    assert verify(Path(elsewhere.answer.directory)).ok


def test_other_inputs_are_the_next_version_and_the_old_one_stays(shop: Environment) -> None:
    first = build_named(shop, ORDER, BuildOptions())
    before = digests(Path(first.answer.directory))
    say(shop, ORDER, new_entry(EntryKind.SET, reason=Reason.NOT_RECEIVED))
    second = build_named(shop, ORDER, BuildOptions())
    assert (second.answer.version, second.answer.new) == (2, True)
    assert digests(Path(first.answer.directory)) == before


def test_every_file_is_listed_with_its_digest_and_nothing_else_lies_there(shop: Environment) -> None:
    done = build_named(shop, ORDER, BuildOptions())
    folder = Path(done.answer.directory)
    assert {file.path: file.sha256 for file in done.answer.files} == digests(folder)
    listed = {file["path"] for file in json.loads((folder / "build.json").read_bytes())["files"]}
    assert listed == set(digests(folder)) - {"build.json"}
    promised = {"response.txt", "response.pdf", "buyer/message.txt", "buyer/evidence.pdf", "audit-bundle.pdf"}
    assert promised | {"assessment.json", "audit-bundle.zip"} <= listed


def test_a_version_that_was_changed_is_built_again_and_the_changed_one_kept_aside(shop: Environment) -> None:
    first = build_named(shop, ORDER, BuildOptions())
    folder = Path(first.answer.directory)
    before = digests(folder)
    (folder / "response.txt").write_text("changed by hand")
    again = build_named(shop, ORDER, BuildOptions())
    assert digests(Path(again.answer.directory)) == before
    assert (folder.parent / "v1.changed-1" / "response.txt").read_text() == "changed by hand"


def test_a_build_that_fails_leaves_nothing_that_looks_like_a_version(
    shop: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(version_folder, "sync_folder", full)
        with pytest.raises(OSError, match="No space"):
            build_named(shop, ORDER, BuildOptions())
    assert list((shop.home.builds / ORDER).iterdir()) == []
    assert build_named(shop, ORDER, BuildOptions()).answer.version == 1


def test_every_page_of_a_draft_says_so(shop: Environment) -> None:
    import pypdfium2

    done = build_named(shop, ORDER, BuildOptions(language="en"))
    assert done.answer.draft
    for name in ("response.pdf", "audit-bundle.pdf", "buyer/evidence.pdf"):
        document = pypdfium2.PdfDocument(Path(done.answer.directory) / name)  # type: ignore[no-untyped-call]
        for page in document:
            assert "DRAFT" in page.get_textpage().get_text_range(), name


def test_sending_as_is_is_final_says_so_and_keeps_the_reason_once(shop: Environment) -> None:
    options = BuildOptions(as_is="four hours left, the carrier has not answered")
    done = build_named(shop, ORDER, options)
    assert (done.answer.draft, done.exit_code) == (False, ExitCode.OK)
    again = build_named(shop, ORDER, options)
    assert (again.answer.version, again.answer.new) == (done.answer.version, False)
    said = [entry for entry in done.assessed.gathered.case.entries if entry.kind is EntryKind.AS_IS]
    assert [entry.note for entry in said] == ["four hours left, the carrier has not answered"]


def test_an_appeal_without_a_decision_is_a_draft(shop: Environment) -> None:
    done = build_named(shop, ORDER, BuildOptions(appeal=True))
    assert done.answer.draft
    assert {"appeal/response.txt", "appeal/evidence.pdf"} <= {file.path for file in done.answer.files}
