"""What is damaged or gone in a home: said by name with what to do; the other claims go on; the same bytes mend it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from support.homes import environment
from support.mail_maker import SENT, notice

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError, ExitCode
from a2z_defense.jobs.check import check
from a2z_defense.jobs.doctor.store import store as store_checks
from a2z_defense.jobs.fetch import Fetched, FetchWanted, fetch
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.listing import listed
from a2z_defense.jobs.rekey import rotate
from a2z_defense.store.errors import BlobDamaged, OtherKey, StoreUnusable
from a2z_defense.store.keys import new_key, write_keys
from a2z_defense.store.store import open_store

ORDERS = ("402-0000001-7654321", "402-0000002-7654321")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two claims, and the mails that they came from."""
    root = tmp_path_factory.mktemp("made")
    (root / "mails").mkdir()
    for order in ORDERS:
        mail = notice("it", "action", order=order, message_id=f"<{order}@example.net>")
        (root / "mails" / f"{order}.eml").write_bytes(bytes(mail))
    found = environment(root, now=SENT.replace(hour=12))
    fetch_from(found, root / "mails")
    return root


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Environment:
    shutil.copytree(made / "home", tmp_path / "home")
    shutil.copytree(made / "mails", tmp_path / "mails")
    return environment(tmp_path, now=SENT.replace(hour=12))


def fetch_from(found: Environment, folder: Path) -> Fetched:
    return fetch(found, FetchWanted(mail=(str(folder),), spapi=False))


def blob_of(found: Environment, order: str) -> Path:
    """The file of the one mail of an order."""
    with sqlite3.connect(found.home.database) as connection:
        query = "SELECT blob FROM evidence JOIN claim ON opened_by = evidence.id WHERE order_id = ?"
        (name,) = connection.execute(query, (order,)).fetchone()
    return found.home.blobs / str(name)[:2] / str(name)


def flip(path: Path, place: int = -1) -> None:
    body = bytearray(path.read_bytes())
    body[place] ^= 1
    path.write_bytes(bytes(body))


HARM: dict[str, Callable[[Path], object]] = {
    "a flipped bit": flip,
    "a flipped bit of its mark": lambda path: flip(path, 0),
    "cut to half": lambda path: path.write_bytes(path.read_bytes()[:200]),
    "emptied": lambda path: path.write_bytes(b""),
    "gone": Path.unlink,
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_one_damaged_piece_stops_its_claim_alone_and_the_same_mail_mends_it(
    shop: Environment, harm: Callable[[Path], object]
) -> None:
    deadline = listed(shop, everything=True)[0][0].deadline.act_by
    harm(blob_of(shop, ORDERS[0]))
    with pytest.raises(BlobDamaged, match=r"the evidence ev-\w+ \(mail\) is damaged") as caught:
        check(shop, ORDERS[0])
    assert "a2z fetch --mail" in str(caught.value.remedy)
    empty = shop.home.root.parent / "empty"
    empty.mkdir()
    (empty / "x.eml").write_bytes(bytes(notice("it", "action", order="402-0000003-7654321", message_id="<3@x.net>")))
    done = fetch_from(shop, empty)
    assert (done.exit_code, len(done.answer.claims)) == (ExitCode.SOURCE_FAILED, 3)
    assert [warning.split(" ")[0] for warning in done.answer.warnings if "could not be judged" in warning] == [
        ORDERS[0]
    ]
    rows = {row.claim_id: row.deadline.act_by for row in listed(shop, everything=True)[0]}
    assert (len(rows), rows[ORDERS[0]]) == (3, deadline)
    assert fetch_from(shop, shop.home.root.parent / "mails").exit_code is ExitCode.OK
    check(shop, ORDERS[0])
    assert "restored" in {row["what"] for row in read_journal(shop, ORDERS[0]).rows}
    assert read_journal(shop).problems == []


def test_two_pieces_whose_rows_were_swapped_are_found(shop: Environment) -> None:
    with sqlite3.connect(shop.home.database) as connection:
        rows = connection.execute("SELECT id, blob FROM evidence WHERE kind = 'mail' ORDER BY seq").fetchall()
        for (evidence_id, _), (_, blob) in zip(rows, reversed(rows), strict=True):
            connection.execute("UPDATE evidence SET blob = ? WHERE id = ?", (blob, evidence_id))
    for order in ORDERS:
        with pytest.raises(BlobDamaged, match="names the bytes of another piece"):
            check(shop, order)
    (line,) = [found.got for found in store_checks(shop) if found.name == "evidence"]
    assert line.startswith("2 piece(s) cannot be read")


def test_a_piece_that_does_not_tell_its_origin_is_damaged_until_it_comes_in_again(shop: Environment) -> None:
    with sqlite3.connect(shop.home.database) as connection:
        connection.execute(
            "UPDATE evidence SET provenance = substr(provenance, 1, 40) WHERE id = (SELECT opened_by FROM claim"
            " WHERE order_id = ?)",
            (ORDERS[0],),
        )
    with pytest.raises(BlobDamaged, match="where it came from cannot be read"):
        check(shop, ORDERS[0])
    check(shop, ORDERS[1])
    assert len([found for found in store_checks(shop) if found.name == "evidence"]) == 1
    assert fetch_from(shop, shop.home.root.parent / "mails").exit_code is ExitCode.OK
    check(shop, ORDERS[0])
    assert read_journal(shop).problems == []


def test_a_key_that_is_gone_is_not_replaced(shop: Environment) -> None:
    shop.home.key_file.unlink()
    with pytest.raises(ConfigurationError, match=r"the key of .* is gone"):
        check(shop, ORDERS[0])
    assert not shop.home.key_file.exists()
    assert len(listed(shop, everything=True)[0]) == 2


def test_another_key_damages_nothing_and_is_said(shop: Environment) -> None:
    kept = shop.home.key_file.read_bytes()
    write_keys(shop.home.key_file, (new_key(),))
    with pytest.raises(OtherKey, match="not under the key of this home"):
        check(shop, ORDERS[0])
    shop.home.key_file.write_bytes(kept)
    check(shop, ORDERS[0])


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "emptied"])
def test_a_database_that_is_gone_is_not_begun_anew_beside_its_evidence(shop: Environment, gone: bool) -> None:
    for path in shop.home.root.glob("a2z.sqlite3*"):
        path.unlink()
    if not gone:
        shop.home.database.touch()
    with pytest.raises(StoreUnusable, match="is gone or empty"):
        fetch_from(shop, shop.home.root.parent / "mails")
    assert not shop.home.database.exists() or shop.home.database.stat().st_size == 0


def test_damage_inside_the_database_is_no_defect_of_ours(shop: Environment) -> None:
    with sqlite3.connect(shop.home.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = shop.home.database.stat().st_size
    with shop.home.database.open("r+b") as stream:
        for offset in range(4096 * 2 + 100, size, 4096):
            stream.seek(offset)
            stream.write(bytes(range(256)) * 8)
    with pytest.raises(StoreUnusable) as caught:
        check(shop, ORDERS[0])
    assert "backup" in str(caught.value.remedy)


def test_a_database_that_another_program_holds_is_said_as_that(
    shop: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from a2z_defense.store import store

    monkeypatch.setattr(store, "BUSY_MILLISECONDS", 50)
    holder = sqlite3.connect(shop.home.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with open_store(shop) as held, pytest.raises(StoreUnusable, match="locked") as caught, held.writing():
        pass
    assert "no other program" in str(caught.value.expected)
    holder.close()


def test_the_doctor_finds_it_and_names_the_claim(shop: Environment) -> None:
    def told() -> list[str]:
        with sqlite3.connect(shop.home.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return [found.got for found in store_checks(shop) if found.name == "evidence"]

    assert told() == []
    flip(blob_of(shop, ORDERS[1]))
    (line,) = told()
    assert line.startswith("1 piece(s) cannot be read: ev-")
    assert line.endswith(f" (mail, of {ORDERS[1]})")
    assert fetch_from(shop, shop.home.root.parent / "mails").exit_code is ExitCode.OK
    assert told() == []


def test_a_key_is_not_changed_over_a_damaged_piece_and_goes_on_once_it_is_mended(shop: Environment) -> None:
    flip(blob_of(shop, ORDERS[0]))
    with pytest.raises(BlobDamaged, match=r"the evidence ev-\w+ \(mail\) is damaged"):
        rotate(shop)
    assert fetch_from(shop, shop.home.root.parent / "mails").exit_code is ExitCode.OK
    assert rotate(shop) >= 1
    for order in ORDERS:
        check(shop, order)
