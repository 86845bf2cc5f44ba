from __future__ import annotations

import datetime as dt
import sqlite3
import stat
from pathlib import Path

import pytest
from support.homes import NOON, environment

from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.evidence import EvidenceKind, Observation, Provenance, as_piece
from a2z_defense.store import evidence, journal, keys
from a2z_defense.store.blobs import Blobs
from a2z_defense.store.errors import BlobDamaged, OtherKey, StoreUnusable
from a2z_defense.store.provenance import provenances
from a2z_defense.store.store import Store, open_store

ORDER = "402-1234567-7654321"


def seen(
    body: bytes = b'{"a": 1}', *, at: dt.datetime = NOON, origin: str = "/orders/x", subject: str = ORDER
) -> Observation:
    return Observation(
        EvidenceKind.ORDER,
        subject,
        body,
        "application/json",
        Provenance(source="spapi", operation="getOrder", origin=origin, obtained_at=at),
    )


def test_the_same_observation_twice_is_one_piece_and_adds_nothing(tmp_path: Path) -> None:
    with open_store(environment(tmp_path)) as store:
        first = evidence.add(store, [seen()])
        again = evidence.add(store, [seen(at=NOON + dt.timedelta(hours=1))])
        assert [added.new for added in (*first, *again)] == [True, False]
        with store.reading() as connection:
            assert journal.head(connection, journal.Chain.INPUTS).length == 1
            assert journal.head(connection, journal.Chain.ACTS).length == 0
            assert evidence.last_seen(connection, EvidenceKind.ORDER, ORDER) == NOON + dt.timedelta(hours=1)


def test_another_origin_of_the_same_thing_is_a_sighting_once(tmp_path: Path) -> None:
    with open_store(environment(tmp_path)) as store:
        evidence.add(store, [seen()])
        evidence.add(store, [seen(origin="/elsewhere"), seen(origin="/elsewhere")])
        with store.reading() as connection:
            found = evidence.find(store, connection, EvidenceKind.ORDER, ORDER)[0]
            origins = [p.origin for p in provenances(store, connection, found.id)]
    assert origins == ["/orders/x", "/elsewhere"]


def test_a_batch_with_the_same_thing_twice_keeps_it_once(tmp_path: Path) -> None:
    with open_store(environment(tmp_path)) as store:
        assert [added.new for added in evidence.add(store, [seen(), seen()])] == [True, False]


def test_bytes_come_back_as_they_came_and_are_unreadable_on_disk(tmp_path: Path) -> None:
    secret = "Via Ünïcode 7, Mario Esempio".encode()
    world = environment(tmp_path)
    with open_store(world) as store:
        kept = evidence.add(store, [seen(secret, origin="/home/mario/secret.eml")])[0].piece.evidence
        with store.reading() as connection:
            assert evidence.body(store, connection, kept.id) == secret
    for path in world.home.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert secret not in content
            assert b"secret.eml" not in content
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        else:
            assert stat.S_IMODE(path.stat().st_mode) == 0o700, path


def test_a_changed_blob_is_found(tmp_path: Path) -> None:
    world = environment(tmp_path)
    with open_store(world) as store:
        kept = evidence.add(store, [seen()])[0].piece.evidence
        blob = next(path for path in world.home.blobs.rglob("*") if path.is_file())
        body = bytearray(blob.read_bytes())
        body[-1] ^= 1
        blob.write_bytes(bytes(body))
        with store.reading() as connection, pytest.raises(BlobDamaged, match="changed"):
            evidence.body(store, connection, kept.id)
        assert [path.name for path in blob.parent.iterdir()] == [f"{blob.name}.damaged"]
        with store.reading() as connection, pytest.raises(BlobDamaged, match="cannot be read"):
            evidence.body(store, connection, kept.id)


def test_two_blobs_cannot_be_swapped(tmp_path: Path) -> None:
    world = environment(tmp_path)
    with open_store(world) as store:
        pair = [added.piece.evidence for added in evidence.add(store, [seen(b"one"), seen(b"two")])]
        one, two = sorted(path for path in world.home.blobs.rglob("*") if path.is_file())
        held = one.read_bytes()
        one.write_bytes(two.read_bytes())
        two.write_bytes(held)
        with store.reading() as connection:
            for piece in pair:
                with pytest.raises(BlobDamaged):
                    evidence.body(store, connection, piece.id)


def test_a_batch_that_fails_leaves_no_row(tmp_path: Path) -> None:
    with open_store(environment(tmp_path)) as store:

        def add_then_fail() -> None:
            with store.writing() as connection:
                pieces = [as_piece(seen())]
                evidence.add_within(store, connection, pieces, [pieces[0].evidence.provenance])
                raise RuntimeError("killed here")

        with pytest.raises(RuntimeError):
            add_then_fail()
        with store.reading() as connection:
            assert evidence.find(store, connection, EvidenceKind.ORDER, ORDER) == []
            assert journal.problems(connection) == []


def test_a_lost_key_is_said_and_never_replaced(tmp_path: Path) -> None:
    world = environment(tmp_path)
    with open_store(world) as store:
        evidence.add(store, [seen()])
    world.home.key_file.write_text("nonsense")
    with pytest.raises(ConfigurationError, match="holds no key"), open_store(world):
        pytest.fail("opened")
    keys.write_keys(world.home.key_file, (keys.new_key(),))
    with pytest.raises(OtherKey, match="not under the key"), open_store(world):
        pytest.fail("what came in now would lie under another key")


def test_a_newer_schema_is_left_untouched(tmp_path: Path) -> None:
    world = environment(tmp_path)
    with open_store(world):
        pass
    with sqlite3.connect(world.home.database) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = world.home.database.read_bytes()
    with pytest.raises(StoreUnusable, match="schema 999") as found, open_store(world):
        pytest.fail("opened")
    assert int(found.value.exit_code) == 3
    assert world.home.database.read_bytes() == before


def test_a_file_that_is_no_database_is_said_to_be_one(tmp_path: Path) -> None:
    world = environment(tmp_path)
    world.home.root.mkdir(parents=True)
    world.home.database.write_bytes(b"this is no database, but it has some length" * 40)
    with pytest.raises(StoreUnusable), open_store(world):
        pytest.fail("opened")


def test_another_database_is_refused_with_the_form(tmp_path: Path) -> None:
    world = environment(tmp_path, A2Z_DATABASE_URL="postgresql://db/a2z")
    with pytest.raises(ConfigurationError, match="postgresql") as found, open_store(world):
        pytest.fail("opened")
    assert "sqlite:///" in str(found.value.expected)


def test_many_blobs_are_kept_with_one_sync(tmp_path: Path) -> None:
    with open_store(environment(tmp_path)) as store:
        added = evidence.add(store, [seen(f"body {n}".encode(), subject=f"s{n}") for n in range(40)])
        assert all(one.new for one in added)
        assert len(list(store.blobs.names())) == 40
        assert isinstance(store, Store)
        assert isinstance(store.blobs, Blobs)
