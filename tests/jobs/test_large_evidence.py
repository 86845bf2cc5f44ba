"""Large files of a claim: read one at a time, never all held, and sealed as they were."""

from __future__ import annotations

import secrets
import tracemalloc
from pathlib import Path

import pytest
from support.homes import with_one_claim
from support.mail_maker import ORDER, SENT

from a2z_defense.base.environment import Environment
from a2z_defense.bundle.archive import Digesting
from a2z_defense.bundle.bag import seal_into
from a2z_defense.bundle.layout import evidence_entries, evidence_manifest
from a2z_defense.bundle.verify import verify
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.export import export
from a2z_defense.jobs.gather import gather
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.evidence import LatePiece, Piece
from a2z_defense.store import claims
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.store import open_store

SIZE = 3 << 20
FILES = 10


@pytest.fixture
def shop(tmp_path: Path) -> Environment:
    found = with_one_claim(tmp_path, now=SENT.replace(hour=12))
    for number in range(FILES):
        path = tmp_path / f"file-{number}.bin"
        path.write_bytes(b"a file of no known kind\0" + secrets.token_bytes(SIZE))
        attach(found, ORDER, path, AttachmentKind.OTHER)
    return found


def test_a_claim_is_gathered_and_sealed_with_few_of_its_bytes_in_memory(shop: Environment) -> None:
    with open_store(shop) as store, store.reading() as connection:
        claim = claims.resolve(connection, ORDER)
        gather(store, connection, claim)  # what is loaded once
        tracemalloc.start()
        try:
            pieces = gather(store, connection, claim).pieces
            seal_into(Digesting(), evidence_entries(pieces), {})
            assert evidence_manifest(pieces)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    late = [piece for piece in pieces if isinstance(piece, LatePiece)]
    assert len(late) == FILES
    assert peak < 5 * SIZE, f"{peak >> 20} MiB: one file as it lies there, decrypted, and the one before"


def test_an_export_is_written_with_few_of_its_bytes_in_memory(shop: Environment, tmp_path: Path) -> None:
    export(shop, ORDER, tmp_path / "first.zip")  # what is loaded once
    tracemalloc.start()
    try:
        path = export(shop, ORDER, tmp_path / "second.zip").path
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > FILES * SIZE
    assert peak < 5 * SIZE, f"{peak >> 20} MiB"


def test_what_is_read_late_is_sealed_as_what_is_held(shop: Environment) -> None:
    with open_store(shop) as store, store.reading() as connection:
        pieces = gather(store, connection, claims.resolve(connection, ORDER)).pieces
        held = tuple(Piece(piece.evidence, piece.body) for piece in pieces)
    assert evidence_manifest(pieces) == evidence_manifest(held)
    late, whole = Digesting(), Digesting()
    seal_into(late, evidence_entries(pieces), {})
    seal_into(whole, evidence_entries(held), {})
    assert (late.size, late.sha256.digest()) == (whole.size, whole.sha256.digest())


def test_a_build_of_large_files_verifies_and_one_whose_file_is_gone_is_none(shop: Environment) -> None:
    done = build_named(shop, ORDER, BuildOptions())
    assert verify(Path(done.answer.directory)).ok
    largest = max(shop.home.blobs.rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    largest.unlink()
    with pytest.raises(BlobDamaged):
        build_named(shop, ORDER, BuildOptions(language="de"))
    assert [path.name for path in (shop.home.builds / ORDER).iterdir()] == ["v1"]
