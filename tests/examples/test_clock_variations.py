"""The same request as it reaches a seller in other ways: no way of arriving loses the deadline or moves it later."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from support.homes import environment

from a2z_defense.base.config import Mail, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.listing import listed, quarantined
from a2z_defense.jobs.record import record
from a2z_defense.model.assessment import Deadline
from a2z_defense.model.entries import RecordKind
from a2z_defense.sandbox.mails import RECEIVER
from a2z_defense.sandbox.scenarios import load_scenarios

BASE = load_scenarios()[0]
NOTICE = (BASE.mail_folder / "04-action-required.eml").read_bytes()
RECEIVED = (BASE.mail_folder / "03-claim-received.eml").read_bytes()
DUE = dt.datetime(2026, 11, 13, 23, 0, tzinfo=dt.UTC)
"""Three calendar days from 11 November in Rome, the day of the notice being the first."""
Mails = Iterable[bytes]


def _headers(raw: bytes, change: Callable[[list[str]], list[str]]) -> bytes:
    head, _, body = raw.partition(b"\n\n")
    fields = re.split(r"\n(?![ \t])", head.decode("ascii"))
    return "\n".join(change(fields)).encode("ascii") + b"\n\n" + body


def _without(*names: str) -> Callable[[bytes], bytes]:
    """The mail without those headers."""
    lost = tuple(f"{name}:" for name in names)
    return lambda raw: _headers(raw, lambda fields: [field for field in fields if not field.startswith(lost)])


def _instead(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda raw: _headers(raw, lambda fields: [field.replace(old, new) for field in fields])


def _forwarded(*, dated: bool) -> bytes:
    """The notice as a desk client forwards it by hand on the next day, with or without the original's date."""
    mail = EmailMessage(policy=policy.default.clone(linesep="\n"))
    original = message_from_bytes(NOTICE, policy=policy.default)
    body = original.get_body(("html",))
    assert body is not None
    words = re.sub(r"<[^>]+>", "", body.get_content().partition("<body")[2].partition(">")[2])
    quoted = ["Da: Garanzia dalla A alla Z di Amazon <atoz-guarantee-no-reply@amazon.it>"]
    quoted += ["Inviato: mercoledì 11 novembre 2026 16:20"] if dated else []
    quoted += ["A: claims@store.example", f"Oggetto: {original['Subject']}", ""]
    mail["From"] = "Collega Inventata <collega@store.example>"
    mail["To"] = "claims@store.example"
    mail["Date"] = "Thu, 12 Nov 2026 08:30:00 +0100"
    mail["Message-ID"] = "<forward@store.example>"
    mail["Subject"] = f"I: {original['Subject']}"
    mail.set_content("\n".join(["Da vedere.", "", "-----Messaggio originale-----", *quoted, words]))
    return mail.as_bytes()


def _second_request() -> bytes:
    """A request three days later: the same words, but another message by its id and Amazon's watermark."""
    raw = _instead("11 Nov 2026 16:2", "14 Nov 2026 10:2")(_without("DKIM-Signature")(NOTICE))
    raw = _instead("Message-ID: <", "Message-ID: <second-")(_instead("Date: Wed, 14", "Date: Sat, 14")(raw))
    assert re.search(rb"SPC-EUAmazon-\d+", raw) is not None
    return re.sub(rb"SPC-EUAmazon-\d+", b"SPC-EUAmazon-7000000000", raw)


@dataclass(frozen=True)
class Arrival:
    """The mails that came, and the deadline that follows."""

    name: str
    mails: tuple[bytes, ...]
    act_by: dt.datetime | None = DUE
    kind: str = "response"


LATER_COPY = _instead("11 Nov 2026 16:2", "12 Nov 2026 08:2")(_without("Message-ID", "DKIM-Signature")(NOTICE))
ARRIVALS = (
    Arrival("as Amazon sent it", (RECEIVED, NOTICE)),
    Arrival("without the mail that came before it", (NOTICE,)),
    Arrival("without Amazon's headers", (_without("X-Space-Notification-Type", "X-Marketplace-ID")(NOTICE),)),
    Arrival("without any judgement of a receiver", (_without("Authentication-Results", "DKIM-Signature")(NOTICE),)),
    Arrival("twice, the second time a day later", (NOTICE, LATER_COPY)),
    Arrival("the later copy first", (LATER_COPY, NOTICE)),
    Arrival("with a Date in the future", (_instead("Date: Wed, 11 Nov 2026", "Date: Sun, 15 Nov 2026")(NOTICE),)),
    Arrival("with CRLF line ends", (NOTICE.replace(b"\n", b"\r\n"),)),
    Arrival("forwarded with the original's date", (_forwarded(dated=True),)),
    Arrival("forwarded, and the original too", (_forwarded(dated=False), NOTICE)),
    Arrival("only that the claim was received", (RECEIVED,), dt.datetime(2026, 11, 11, 19, 14, tzinfo=dt.UTC), "check"),
)


def _home(root: Path, mails: Mails, *, now: dt.datetime = BASE.now) -> Environment:
    folder = root / "mail"
    folder.mkdir(exist_ok=True)
    for number, raw in enumerate(mails):
        (folder / f"{number}.eml").write_bytes(raw)
    ours = environment(root, now=now, settings=Settings(mail=Mail(trusted_receivers=(RECEIVER,))))
    fetch(ours, FetchWanted(mail=(str(folder),), spapi=False))
    return ours


def _deadline(ours: Environment) -> Deadline:
    return judge(ours, BASE.order_id).assessment.deadline


@pytest.mark.parametrize("arrival", ARRIVALS, ids=lambda arrival: arrival.name)
def test_the_deadline_is_the_same_however_the_notice_came(arrival: Arrival, tmp_path: Path) -> None:
    found = _deadline(_home(tmp_path, arrival.mails))
    assert (found.kind.value, found.act_by) == (arrival.kind, arrival.act_by)


def test_a_forward_without_the_date_is_due_now(tmp_path: Path) -> None:
    ours = _home(tmp_path, [_forwarded(dated=False)])
    found = _deadline(ours)
    assert found.kind.value == "response"
    assert found.started_at is None
    assert found.act_by is not None
    assert found.act_by <= BASE.now


@pytest.mark.parametrize("verdict", ["fail", "softfail"])
def test_a_notice_that_fails_is_quarantined_with_the_deadline_that_it_would_have(tmp_path: Path, verdict: str) -> None:
    ours = _home(tmp_path, [_instead("=pass", f"={verdict}")(NOTICE)])
    assert [claim.claim_id for claim in listed(ours, everything=True)[0]] == []
    (row,) = quarantined(ours)
    assert (row.order_id, row.act_by) == (BASE.order_id, DUE)


def test_an_answer_stops_the_clock_and_a_newer_request_starts_it_again(tmp_path: Path) -> None:
    ours = _home(tmp_path, [RECEIVED, NOTICE])
    record(ours, BASE.order_id, RecordKind.RESPONDED)
    assert _deadline(ours).kind.value == "none"
    again = _second_request()
    later = _home(tmp_path, [RECEIVED, NOTICE, again], now=dt.datetime(2026, 11, 14, 12, tzinfo=dt.UTC))
    found = _deadline(later)
    assert (found.kind.value, found.act_by) == ("response", dt.datetime(2026, 11, 16, 23, 0, tzinfo=dt.UTC))


def test_the_zone_of_the_machine_has_no_part_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        (tmp_path / zone.replace("/", "-")).mkdir()
        try:
            assert _deadline(_home(tmp_path / zone.replace("/", "-"), [NOTICE])).act_by == DUE
        finally:
            monkeypatch.delenv("TZ")
            time.tzset()
