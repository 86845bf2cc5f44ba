from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy import text
from support.homes import environment

from a2z_defense.store import journal
from a2z_defense.store.store import Store, open_store


def fill(store: Store, rows: int = 5) -> None:
    with store.writing() as connection:
        for number in range(rows):
            for chain in journal.Chain:
                journal.append(
                    connection,
                    chain,
                    at=f"2026-11-12T0{number}:00:00Z",
                    clock=None,
                    what="test",
                    subject=f"ev-{number}",
                    digest="0" * 64,
                )


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        ("UPDATE journal SET what = 'other' WHERE chain = 'inputs' AND seq = 3", "row 3 was changed"),
        ("UPDATE journal SET at = '2020' WHERE chain = 'acts' AND seq = 1", "row 1 was changed"),
        ("UPDATE journal SET hash = 'x' WHERE chain = 'acts' AND seq = 5", "row 5 was changed"),
        ("DELETE FROM journal WHERE chain = 'inputs' AND seq = 2", "row 2 is missing"),
        ("DELETE FROM journal WHERE chain = 'inputs' AND seq = 5", "the end was cut"),
        ("DELETE FROM journal WHERE chain = 'acts'", "the end was cut"),
        ("UPDATE note SET value = '0 0' WHERE key = 'journal.acts'", "the end was cut"),
        ("UPDATE journal SET subject = 'ev-9' WHERE seq = 4", "row 4 was changed"),
    ],
)
def test_whatever_is_done_to_a_chain_is_found(tmp_path: Path, tamper: str, words: str) -> None:
    with open_store(environment(tmp_path)) as store:
        fill(store)
        with store.reading() as connection:
            assert journal.problems(connection) == []
        with store.writing() as connection:
            connection.execute(text(tamper))
        with store.reading() as connection:
            assert any(words in problem for problem in journal.problems(connection))


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize(
    "tamper",
    [
        "DELETE FROM journal WHERE chain = 'inputs' AND seq >= :seq",
        "DELETE FROM journal WHERE chain = 'inputs' AND seq = :seq",
        "UPDATE journal SET what = 'other' WHERE chain = 'inputs' AND seq = :seq",
        "UPDATE journal SET hash = 'x' WHERE chain = 'inputs' AND seq = :seq",
    ],
)
def test_what_was_done_to_a_chain_is_not_healed_by_the_rows_that_follow(tmp_path: Path, tamper: str, seq: int) -> None:
    with open_store(environment(tmp_path)) as store:
        fill(store)
        with store.writing() as connection:
            connection.execute(text(tamper), {"seq": seq})
        fill(store)
        with store.reading() as connection:
            assert [problem for problem in journal.problems(connection) if problem.startswith("inputs: row")]
            assert not [problem for problem in journal.problems(connection) if problem.startswith("acts")]


def test_a_row_with_a_hash_of_its_own_making_is_found_though_rows_follow(tmp_path: Path) -> None:
    with open_store(environment(tmp_path)) as store:
        fill(store)
        with store.writing() as connection:
            row, before = journal.rows(connection)[-1], journal.hash_at(connection, journal.Chain.INPUTS, 4)
            made = dataclasses.replace(row, what="other")
            assert before
            query = text("UPDATE journal SET what = 'other', hash = :hash WHERE chain = :chain AND seq = :seq")
            values = {"hash": journal.row_hash(before, made), "chain": row.chain.value, "seq": row.seq}
            connection.execute(query, values)
        fill(store)
        with store.reading() as connection:
            assert journal.problems(connection) == [f"{row.chain}: row 6 was changed, or a row before it"]


def test_the_input_head_of_some_evidence_is_not_moved_by_other_evidence(tmp_path: Path) -> None:
    with open_store(environment(tmp_path)) as store:
        fill(store)
        with store.reading() as connection:
            before = journal.head_of_inputs(connection, ["ev-1", "ev-2"])
            assert before.length == 3
        fill(store, 1)
        with store.reading() as connection:
            assert journal.head_of_inputs(connection, ["ev-2"]) == before
            assert journal.head_of_inputs(connection, ["nothing"]) == journal.Head(0, journal.GENESIS)
