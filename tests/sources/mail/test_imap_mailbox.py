"""IMAP against a real Dovecot on loopback, through a proxy that breaks it, and against a server that lies."""

from __future__ import annotations

import datetime as dt
import http.server
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import dovecot, imap_liar
from support.dovecot import BINARY, PASSWORD, USER, Dovecot
from support.mail_maker import SENT, notice
from support.proxy import Proxy

from a2z_defense.base.errors import AuthorisationError, SourceError, UsageError
from a2z_defense.sources.mail.imap import ImapMailbox
from a2z_defense.sources.mail.imap_address import read_imap_address
from a2z_defense.sources.mail.interface import MailOptions, MailTrouble, RawMail
from a2z_defense.sources.mail.open import open_mailbox

needs_dovecot = pytest.mark.skipif(BINARY is None, reason="dovecot is not installed (Debian package dovecot-imapd)")


class Waits:
    """Monotonic time that counts for real; of a wait it waits only a little. For a real server longer: on a busy
    machine its own processes may not answer each other in time."""

    def __init__(self, longest: float = 0.2) -> None:
        self.longest = longest
        self.waited: list[float] = []

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.waited)

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        time.sleep(min(seconds, self.longest))


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    found = dovecot.start()
    yield found
    found.stop()


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    running.clear()
    running.commands()
    return running


def options(server: Dovecot, **changes: Any) -> MailOptions:
    given: dict[str, Any] = {
        "now": lambda: SENT,
        "password": lambda user, host: PASSWORD if user == USER else None,
        "tls": dovecot.trusting(server.authority),
        "monotonic": Waits(longest=2.0),
        "step_seconds": 20.0,
    }
    return MailOptions(**(given | changes))


def mail(number: int) -> bytes:
    return bytes(notice("it", "action", order=f"402-{number:07d}-7654321"))


def origins(found: list[RawMail | MailTrouble]) -> list[str]:
    return [one.origin for one in found]


@needs_dovecot
def test_mails_come_in_order_and_once(server: Dovecot) -> None:
    for number in range(4):
        server.deliver(mail(number), number=number)
    box = open_mailbox(server.url, options(server))
    found = list(box.fetch(None))
    assert {one.raw for one in found} == {mail(number) for number in range(4)}
    assert origins(found) == ["INBOX/1", "INBOX/2", "INBOX/3", "INBOX/4"]
    assert all(isinstance(one, RawMail) and one.operation == "imap" for one in found)
    kept = box.cursor
    server.deliver(mail(9), number=9)
    again = open_mailbox(server.url, options(server))
    assert origins(list(again.fetch(kept))) == ["INBOX/5"]
    assert list(open_mailbox(server.url, options(server)).fetch(again.cursor)) == []


@needs_dovecot
def test_nothing_is_marked_moved_or_deleted(server: Dovecot) -> None:
    server.deliver(mail(1), number=1)
    before = sorted(path.name for path in (server.maildir / "new").iterdir())
    assert len(list(open_mailbox(server.url, options(server)).fetch(None))) == 1
    assert sorted(path.name for path in (server.maildir / "new").iterdir()) == before
    words = " ".join(server.commands())
    assert "EXAMINE" in words
    assert "BODY.PEEK[]" in words
    assert not any(word in words for word in ("SELECT", "STORE", "EXPUNGE", "MOVE", "COPY", "CLOSE"))


@needs_dovecot
def test_starttls_comes_before_the_password(server: Dovecot) -> None:
    server.deliver(mail(1), number=1)
    box = open_mailbox(f"imap://{USER}@localhost:{server.imap}/INBOX", options(server))
    assert origins(list(box.fetch(None))) == ["INBOX/1"]
    assert PASSWORD not in box.name


@needs_dovecot
def test_several_folders_have_their_own_places(server: Dovecot) -> None:
    server.deliver(mail(1), number=1)
    server.deliver(mail(2), "Claims", number=2)
    url = f"imaps://{USER}@localhost:{server.imaps}/INBOX,Claims"
    box = open_mailbox(url, options(server))
    assert origins(list(box.fetch(None))) == ["INBOX/1", "Claims/1"]
    server.deliver(mail(3), "Claims", number=3)
    assert origins(list(open_mailbox(url, options(server)).fetch(box.cursor))) == ["Claims/2"]


@needs_dovecot
def test_private_mail_never_leaves_the_server(server: Dovecot) -> None:
    server.deliver(b"From: mum@home.example\r\nSubject: Sunday\r\n\r\nLunch?\r\n", number=1)
    server.deliver(mail(2), number=2)
    box = open_mailbox(server.url, options(server))
    assert origins(list(box.fetch(None))) == ["INBOX/2"]
    assert list(open_mailbox(server.url, options(server)).fetch(box.cursor)) == []
    wide = open_mailbox(server.url, options(server, narrow=False))
    assert origins(list(wide.fetch(None))) == ["INBOX/1", "INBOX/2"]


@needs_dovecot
def test_since_is_asked_of_the_server(server: Dovecot) -> None:
    server.deliver(mail(1), number=1)
    later = options(server, since=dt.datetime.now(dt.UTC) + dt.timedelta(days=3))
    assert list(open_mailbox(server.url, later).fetch(None)) == []
    earlier = options(server, since=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert len(list(open_mailbox(server.url, earlier).fetch(None))) == 1


@needs_dovecot
def test_a_renumbered_folder_is_read_whole_again(server: Dovecot) -> None:
    server.deliver(mail(1), number=1)
    box = open_mailbox(server.url, options(server))
    assert len(list(box.fetch(None))) == 1
    kept = box.cursor
    server.clear()
    server.deliver(mail(1), number=1)
    server.deliver(mail(2), number=2)
    (server.maildir / "dovecot-uidlist").write_text("3 V999999 N1 G0123456789abcdef0123456789abcdef\n")
    dovecot._own(server.maildir)
    again = open_mailbox(server.url, options(server))
    assert {one.raw for one in again.fetch(kept)} == {mail(1), mail(2)}
    assert again.cursor != kept


@needs_dovecot
@pytest.mark.parametrize("what", ["cut", "stall"])
def test_a_broken_connection_is_gone_on_with_and_nothing_comes_twice(server: Dovecot, what: str) -> None:
    for number in range(30):
        server.deliver(mail(number) + b"x" * 400_000, number=number)
    proxy = Proxy(server.imaps, plans=[(what, 5_000_000), (what, 6_000)])
    try:
        url = f"imaps://{USER}@localhost:{proxy.port}/INBOX"
        box = open_mailbox(url, options(server, step_seconds=2.0))
        found = list(box.fetch(None))
    finally:
        proxy.close()
    assert proxy.connections >= 3
    assert origins(found) == [f"INBOX/{uid}" for uid in range(1, 31)]


@needs_dovecot
def test_an_interrupted_run_resumes_after_the_last_mail_that_was_asked_beyond(server: Dovecot) -> None:
    for number in range(6):
        server.deliver(mail(number), number=number)
    box = open_mailbox(server.url, options(server))
    stream = box.fetch(None)
    stored = [next(stream).origin for _ in range(3)]
    kept = box.cursor
    stream.close()  # type: ignore[attr-defined]
    rest = origins(list(open_mailbox(server.url, options(server)).fetch(kept)))
    # The third mail was given and may not have been stored: it comes again, none is left out.
    assert sorted({*stored, *rest}) == [f"INBOX/{uid}" for uid in range(1, 7)]
    assert rest[0] == "INBOX/3"


@needs_dovecot
def test_a_server_that_never_answers_is_given_up(server: Dovecot) -> None:
    waits = Waits()
    proxy = Proxy(server.imaps, plans=[("stall", 0)] * 9)
    try:
        box = open_mailbox(
            f"imaps://{USER}@localhost:{proxy.port}/INBOX", options(server, step_seconds=0.3, monotonic=waits)
        )
        with pytest.raises(SourceError) as found:
            list(box.fetch(None))
    finally:
        proxy.close()
    assert "took too long" in found.value.got
    assert waits.waited


@needs_dovecot
def test_a_dripping_server_is_given_up(server: Dovecot) -> None:
    server.deliver(mail(1), number=1)
    proxy = Proxy(server.imaps, plans=[("drip", 1500)] * 9)
    try:
        url = f"imaps://{USER}@localhost:{proxy.port}/INBOX"
        box = open_mailbox(url, options(server, step_seconds=1.0, budget_seconds=1.0))
        with pytest.raises(SourceError):
            list(box.fetch(None))
    finally:
        proxy.close()


@needs_dovecot
def test_a_refused_login_is_an_authorisation_error(server: Dovecot) -> None:
    box = open_mailbox(server.url, options(server, password=lambda user, host: "wrong password"))
    with pytest.raises(AuthorisationError) as found:
        list(box.fetch(None))
    assert "wrong password" not in " ".join(found.value.lines())
    with pytest.raises(AuthorisationError, match="no password"):
        list(open_mailbox(server.url, options(server, password=lambda user, host: None)).fetch(None))


@needs_dovecot
def test_a_certificate_that_nobody_vouches_for_is_refused(server: Dovecot) -> None:
    for url in (server.url, f"imap://{USER}@localhost:{server.imap}/INBOX"):
        with pytest.raises(SourceError, match="certificate"):
            list(open_mailbox(url, options(server, tls=None)).fetch(None))
    assert not any("Login" in line for line in server.log.read_text().splitlines()[-2:])


@needs_dovecot
def test_a_folder_that_is_not_there_is_said(server: Dovecot) -> None:
    box = open_mailbox(f"imaps://{USER}@localhost:{server.imaps}/Nowhere", options(server))
    with pytest.raises(SourceError, match="Nowhere"):
        list(box.fetch(None))


def test_no_server_at_all_is_a_source_error() -> None:
    box = open_mailbox(
        f"imaps://{USER}@localhost:{dovecot.free_port()}/INBOX",
        MailOptions(now=lambda: SENT, password=lambda user, host: "x", monotonic=Waits(), step_seconds=1.0),
    )
    with pytest.raises(SourceError):
        list(box.fetch(None))


@needs_dovecot
@pytest.mark.parametrize("large", [1_000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_nothing_new_in_a_large_folder_takes_as_few_round_trips_as_in_a_small_one(server: Dovecot, large: int) -> None:
    asked: dict[int, list[str]] = {}
    for held in (20, large):
        server.clear()
        folder = server.folder()
        for number in range(held):
            name = f"{1_700_000_000 + number}.M{number}P1.localhost:2,S"
            (folder / "cur" / name).write_bytes(b"From: a@amazon.it\r\n\r\namazon\r\n")
        dovecot._own(folder)
        box = open_mailbox(server.url, options(server))
        list(box.fetch(None)) if held == 20 else _skip_to_the_end(box)
        server.commands()
        again = open_mailbox(server.url, options(server))
        assert list(again.fetch(box.cursor)) == []
        asked[held] = [line.split()[0] for line in server.commands()]
    assert asked[large] == asked[20]
    assert len(asked[large]) <= 3


def _skip_to_the_end(box: Any) -> None:
    """Make the cursor that a whole first run would leave, without running it."""
    import json

    from imapclient import IMAPClient
    from imapclient.exceptions import LoginError

    assert isinstance(box, ImapMailbox)
    for _ in range(5):
        with IMAPClient("localhost", box.address.port, ssl=True, ssl_context=box.options.tls) as client:
            try:
                client.login(USER, PASSWORD)
            except LoginError:
                # A busy machine: Dovecot's own processes did not answer each other in time.
                continue
            chosen = client.select_folder("INBOX", readonly=True)
            list(box.fetch(json.dumps({"INBOX": [int(chosen[b"UIDVALIDITY"]), int(chosen[b"UIDNEXT"]) - 1]})))
            return
    pytest.fail("Dovecot lets nobody in")


class Tokens(http.server.BaseHTTPRequestHandler):
    """What an OAuth2 provider tells Dovecot of a token."""

    def do_GET(self) -> None:
        good = self.path.endswith("good-token")
        body = b'{"username": "seller", "active": "yes"}' if good else b'{"active": "no"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@needs_dovecot
def test_xoauth2_takes_the_token_that_a_command_prints() -> None:
    tokens = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tokens)
    threading.Thread(target=tokens.serve_forever, daemon=True).start()
    server = dovecot.start(token_server=tokens.server_address[1])
    try:
        server.deliver(mail(1), number=1)

        def printing(token: str) -> MailOptions:
            return options(server, token_command=f"{sys.executable} -c \"print('{token}')\"", password=lambda *_: None)

        assert origins(list(open_mailbox(server.url, printing("good-token")).fetch(None))) == ["INBOX/1"]
        with pytest.raises(AuthorisationError) as refused:
            list(open_mailbox(server.url, printing("bad-token")).fetch(None))
        assert "bad-token" not in " ".join(refused.value.lines())
    finally:
        server.stop()
        tokens.shutdown()
        tokens.server_close()


@pytest.mark.parametrize("command", ["/no/such/command", "false", "true", "echo two words", "'unclosed"])
def test_a_token_command_that_gives_no_token_is_an_authorisation_error(command: str) -> None:
    box = open_mailbox(
        "imaps://a@localhost:1/INBOX", MailOptions(now=lambda: SENT, token_command=command, monotonic=Waits())
    )
    with pytest.raises(AuthorisationError, match="token"):
        list(box.fetch(None))


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    return dovecot.certificate(tmp_path_factory.mktemp("papers"))


def lying(
    papers: tuple[Path, Path, Path],
    answer: imap_liar.Answer,
    limit: int = 1000,
    cursor: str | None = None,
    step_seconds: float = 20.0,
) -> list[RawMail | MailTrouble]:
    liar = imap_liar.Liar(answer, papers[1], papers[2])
    try:
        given = MailOptions(
            now=lambda: SENT,
            password=lambda user, host: "x",
            tls=dovecot.trusting(papers[0]),
            monotonic=Waits(),
            step_seconds=step_seconds,
            budget_seconds=2.5 * step_seconds,
            max_message_bytes=limit,
        )
        return list(open_mailbox(f"imaps://a@localhost:{liar.port}/INBOX", given).fetch(cursor))
    finally:
        liar.close()


def test_a_mail_over_the_limit_keeps_its_beginning_and_the_others_come(papers: tuple[Path, Path, Path]) -> None:
    long = b"amazon " + b"y" * 4993
    found = lying(papers, imap_liar.honest({1: b"amazon one", 2: long, 3: b"amazon three"}))
    assert [one.raw for one in found] == [b"amazon one", long[:1000], b"amazon three"]
    trouble = found[1]
    assert isinstance(trouble, MailTrouble)
    assert "5,000 bytes" in trouble.why


def test_a_server_that_says_too_much_is_not_believed(papers: tuple[Path, Path, Path]) -> None:
    found = lying(papers, imap_liar.honest({1: b"amazon one", 2: b"amazon two"}, sizes={2: 9_999_999_999}))
    assert [one.raw for one in found] == [b"amazon one", b"amazon two"]
    assert all(isinstance(one, RawMail) for one in found)


def test_a_server_that_sends_more_than_it_said_loses_only_that_mail(papers: tuple[Path, Path, Path]) -> None:
    mails = {1: b"amazon one", 2: b"amazon " + b"y" * 5000, 3: b"amazon three"}
    found = lying(papers, imap_liar.honest(mails, sizes={2: 10}))
    assert origins(found) == ["INBOX/1", "INBOX/2", "INBOX/3"]
    assert isinstance(found[1], MailTrouble)
    assert [found[0].raw, found[2].raw] == [b"amazon one", b"amazon three"]


def test_a_mail_that_the_server_lists_and_does_not_give_is_said(papers: tuple[Path, Path, Path]) -> None:
    honest = imap_liar.honest({1: b"amazon one"})

    def answer(tag: str, command: str) -> bytes | None:
        return f"{tag} OK done\r\n".encode() if "BODY" in command else honest(tag, command)

    found = lying(papers, answer)
    assert len(found) == 1
    assert isinstance(found[0], MailTrouble)


@pytest.mark.parametrize("word", ["EXAMINE", "SEARCH", "SIZE", "BODY"])
@pytest.mark.parametrize("said", ["NO [SERVERBUG] internal error", "BAD what", "nonsense"])
def test_a_server_that_fails_once_is_asked_again(papers: tuple[Path, Path, Path], word: str, said: str) -> None:
    honest = imap_liar.honest({1: b"amazon one"})
    failures = [said]

    def answer(tag: str, command: str) -> bytes | None:
        if word in command and failures:
            return f"{tag} {failures.pop()}\r\n".encode()
        return honest(tag, command)

    if (word, said) == ("EXAMINE", "BAD what"):
        with pytest.raises(SourceError, match="does not open"):
            lying(papers, answer)
    else:
        assert [one.raw for one in lying(papers, answer)] == [b"amazon one"]


@pytest.mark.parametrize(
    "said",
    [
        b"* 1 FETCH (UID 1 BODY[] {5}\r\nab",
        b"* 1 FETCH (UID x BODY[] {zz}\r\n",
        b"* 1 FETCH ((((\r\n",
        b'* 1 FETCH (UID 1 BODY[] "\xff\r\n',
    ],
)
def test_nonsense_is_never_more_than_a_source_error(papers: tuple[Path, Path, Path], said: bytes) -> None:
    honest = imap_liar.honest({1: b"amazon one"})

    def answer(tag: str, command: str) -> bytes | None:
        if command.startswith("UID FETCH"):
            return said + f"{tag} OK done\r\n".encode()
        return honest(tag, command)

    with pytest.raises(SourceError):
        lying(papers, answer, step_seconds=2.0)


MAILS = {
    3: b"From: mum@home.example\r\n\r\nLunch?\r\n",
    7: b"From: a@amazon.it\r\n\r\nOne\r\n",
    9: b"From: lia@shop.example\r\n\r\nForwarded by amazon\r\n",
}


@pytest.mark.parametrize(
    "said",
    [b"* SEARCH\r\n", b"", b"* SEARCH 3\r\n", b"* SEARCH 1 2 4\r\n", b"* SEARCH 999999\r\n", b"* SEARCH one two\r\n"],
)
@pytest.mark.parametrize("last", [0, 3])
def test_a_search_that_answers_nonsense_and_ok_loses_no_mail_and_is_said(
    papers: tuple[Path, Path, Path], said: bytes, last: int
) -> None:
    honest = imap_liar.honest(MAILS)

    def answer(tag: str, command: str) -> bytes | None:
        return said + f"{tag} OK done\r\n".encode() if command.startswith("UID SEARCH") else honest(tag, command)

    found = lying(papers, answer, cursor=f'{{"INBOX": [7, {last}]}}' if last else None)
    assert isinstance(found[0], MailTrouble)
    assert "search" in found[0].why
    assert origins(found[1:]) == [f"INBOX/{uid}" for uid in MAILS if uid > last]


@pytest.mark.parametrize("said", [b"* SEARCH\r\n", b"* SEARCH 3\r\n", b"* SEARCH 3 9\r\n", b"* SEARCH 12\r\n"])
def test_a_search_in_texts_that_misses_a_mail_of_amazon_is_not_believed(
    papers: tuple[Path, Path, Path], said: bytes
) -> None:
    honest = imap_liar.honest(MAILS)

    def answer(tag: str, command: str) -> bytes | None:
        return said + f"{tag} OK done\r\n".encode() if "TEXT" in command else honest(tag, command)

    found = lying(papers, answer)
    assert isinstance(found[0], MailTrouble)
    assert origins(found[1:]) == [f"INBOX/{uid}" for uid in MAILS]


def test_a_search_that_agrees_with_the_folder_is_believed(papers: tuple[Path, Path, Path]) -> None:
    found = lying(papers, imap_liar.honest(MAILS))
    assert origins(found) == ["INBOX/7", "INBOX/9"]
    assert lying(papers, imap_liar.honest({})) == []


def test_an_endless_line_is_given_up(papers: tuple[Path, Path, Path]) -> None:
    honest = imap_liar.honest({1: b"amazon one"})

    def answer(tag: str, command: str) -> bytes | None:
        return b"* OK " + b"x" * 9_000_000 if command.startswith("EXAMINE") else honest(tag, command)

    with pytest.raises(SourceError):
        lying(papers, answer)


def test_a_server_without_text_search_is_read_whole(papers: tuple[Path, Path, Path]) -> None:
    honest = imap_liar.honest({1: b"one"})

    def answer(tag: str, command: str) -> bytes | None:
        return f"{tag} NO not here\r\n".encode() if "TEXT" in command else honest(tag, command)

    assert [one.raw for one in lying(papers, answer)] == [b"one"]


def test_a_login_that_fails_for_now_is_tried_again(papers: tuple[Path, Path, Path]) -> None:
    honest = imap_liar.honest({1: b"amazon one"})
    failures = ["[UNAVAILABLE] later", "[LIMIT] too many connections"]

    def answer(tag: str, command: str) -> bytes | None:
        if command.startswith("LOGIN") and failures:
            return f"{tag} NO {failures.pop()}\r\n".encode()
        return honest(tag, command)

    assert [one.raw for one in lying(papers, answer)] == [b"amazon one"]
    failures += ["[UNAVAILABLE] later"] * 9
    with pytest.raises(SourceError):
        lying(papers, answer)


@pytest.mark.parametrize(
    "text",
    [
        "imaps://host/INBOX",
        "imaps://user:secret@host/INBOX",
        "imaps://@host/INBOX",
        "imaps://user@/INBOX",
        "imaps://user@host:port/INBOX",
        "imaps://user@host:0/INBOX",
        "imaps://user@host:70000/INBOX",
        "imaps://user@host/a%0d%0ab",
        "pop3://user@host/INBOX",
        "https://host/mail",
    ],
)
def test_an_address_that_is_none_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError) as found:
        open_mailbox(text, MailOptions(now=lambda: SENT))
    assert "secret" not in " ".join(found.value.lines())


def test_an_address_is_taken_apart() -> None:
    found = read_imap_address("imaps://lia%40shop.example@mail.example:1993/INBOX,%5BGmail%5D/All%20Mail")
    assert (found.user, found.host, found.port) == ("lia@shop.example", "mail.example", 1993)
    assert found.folders == ("INBOX", "[Gmail]/All Mail")
    assert read_imap_address("imap://lia@shop.example@mail.example").folders == ("INBOX",)
    assert read_imap_address("imap://u@[::1]:1143/A").host == "::1"
