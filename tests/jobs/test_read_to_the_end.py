"""What may be said to have been fetched: a mailbox that was not read to its end may hold a claim that nobody knows."""

from __future__ import annotations

import datetime as dt
import mailbox
from dataclasses import replace
from pathlib import Path

from support.homes import environment
from support.mail_maker import SENT, notice

from a2z_defense.base.config import Mail, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ExitCode
from a2z_defense.jobs.fetch import NO_MAILBOX, Fetched, FetchWanted, fetch
from a2z_defense.store.queue import read_queue

NOON = SENT.replace(hour=12)
OLDER, NEWER = "402-0000001-7654321", "402-0000002-7654321"


def mbox(path: Path) -> str:
    kept = mailbox.mbox(path)
    for order, sent in ((OLDER, SENT - dt.timedelta(days=9)), (NEWER, SENT)):
        kept.add(bytes(notice("it", "action", order=order, message_id=f"<{order}@example.net>", sent=sent)))
    kept.close()
    return str(path)


def last_fetch(found: Environment) -> dt.datetime | None:
    return read_queue(found.home.database).last_fetch


def read(found: Environment, *sources: str, since: dt.datetime | None = None) -> Fetched:
    return fetch(found, FetchWanted(mail=sources, since=since, spapi=False))


def claims_of(done: Fetched) -> set[str]:
    return {claim.claim_id for claim in done.answer.claims}


def test_a_run_without_a_mailbox_says_so_and_counts_for_nothing(tmp_path: Path) -> None:
    found = environment(tmp_path / "home", now=NOON)
    done = read(found)
    assert (done.exit_code, done.answer.warnings) == (ExitCode.OK, (NO_MAILBOX,))
    assert last_fetch(found) is None


def test_a_whole_run_counts(tmp_path: Path) -> None:
    found = environment(tmp_path / "home", now=NOON)
    assert NO_MAILBOX not in read(found, mbox(tmp_path / "mails.mbox")).answer.warnings
    assert last_fetch(found) == NOON


def test_a_mailbox_that_fails_leaves_the_last_whole_run_as_it_was(tmp_path: Path) -> None:
    source = mbox(tmp_path / "mails.mbox")
    found = environment(tmp_path / "home", now=NOON)
    read(found, source)
    later = environment(tmp_path / "home", now=NOON + dt.timedelta(days=2))
    # There is no password for this account.
    assert read(later, source, "imaps://seller@127.0.0.1:1/INBOX").exit_code is ExitCode.AUTHORISATION
    assert last_fetch(later) == NOON


def test_one_mail_by_hand_is_not_the_mailbox(tmp_path: Path) -> None:
    source = mbox(tmp_path / "mails.mbox")
    single = tmp_path / "one.eml"
    single.write_bytes(bytes(notice("it", "action", order=NEWER)))
    settings = Settings(mail=Mail(sources=(source,)))
    found = replace(environment(tmp_path / "home", now=NOON), settings=settings)
    read(found, str(single))
    assert last_fetch(found) is None
    read(found)
    assert last_fetch(found) == NOON


def test_what_since_passed_over_is_read_by_the_next_whole_run(tmp_path: Path) -> None:
    source = mbox(tmp_path / "mails.mbox")
    found = environment(tmp_path / "home", now=NOON)
    assert claims_of(read(found, source, since=SENT - dt.timedelta(days=1))) == {NEWER}
    assert last_fetch(found) is None
    assert claims_of(read(found, source)) == {OLDER, NEWER}
    assert last_fetch(found) == NOON
