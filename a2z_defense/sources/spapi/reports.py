"""Reports: asked for once, waited for, downloaded, unpacked. A report that is not ready is taken up by the next run."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import zlib
from dataclasses import dataclass, replace
from email.message import Message
from pathlib import Path
from typing import Any

from a2z_defense.base.atomic import private_folder, write_atomic
from a2z_defense.base.clock import CaseClock
from a2z_defense.base.instants import parse_instant, utc_text
from a2z_defense.model.evidence import EvidenceKind, Trouble
from a2z_defense.sources.spapi.answers import Answer, Final, TryAgain
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.bucket import wait
from a2z_defense.sources.spapi.calls import Caller, GivenUp, Stopped
from a2z_defense.sources.spapi.operations import CREATE_REPORT, GET_REPORT, GET_REPORT_DOCUMENT, Operation

RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
ACCOUNT_HEALTH = "GET_V2_SELLER_PERFORMANCE_REPORT"
LONGEST_RANGE = dt.timedelta(days=60)
"""Of one returns report: developer-docs, "Returns reports", read 2026-08."""
PENDING_FOR = dt.timedelta(hours=6)
"""How long an unfinished report is waited for by later runs before a new one is asked for. Judgement."""
FIRST_LOOK = 1.0
LAST_LOOK = 10.0
"""Seconds between looks at an unfinished report, doubled from the first to the last. Judgement."""
MOST_BYTES = 400_000_000
"""Of an unpacked document; beyond it the packing is a bomb."""

DOCUMENT = Operation("document", "returns", EvidenceKind.WHOLE, 10.0, 10, lambda _answer, _asked: True)
"""The download from the address that Amazon signed: no SP-API call, and no quota of it."""


class Cancelled(Final):
    """Amazon cancelled the report, which it does by itself when there is no data to return (Reports reference, read
    2026-08); nobody else can cancel a report of this application. Its answer is kept: it says that there is no row."""


@dataclass(frozen=True)
class ReportWanted:
    """One report."""

    type: str
    endpoint: str
    marketplaces: tuple[str, ...]
    start: dt.datetime | None = None
    end: dt.datetime | None = None

    @property
    def key(self) -> str:
        """The same for a later run that wants the same report; its end moves with the clock and is no part of it."""
        day = self.start.date().isoformat() if self.start else ""
        return "|".join((self.type, self.endpoint, ",".join(self.marketplaces), day))


@dataclass(frozen=True)
class Document:
    """A report's document, unpacked."""

    answer: Answer
    """The download: its body is unpacked, its path names report and document."""
    charset: str | None
    """As the download's Content-Type names it."""
    start: dt.datetime | None
    """The range that it covers, as asked for by the run that ordered it."""
    end: dt.datetime | None


class ReportDesk:
    """Fetches reports for one account."""

    def __init__(self, caller: Caller, areas: Areas, now: dt.datetime, folder: Path) -> None:
        self._caller = caller
        self._areas = areas
        self._now = now
        private_folder(folder)
        name = hashlib.sha256(f"{caller.access.account}|{caller.access.client_id}".encode()).hexdigest()[:12]
        self._file = folder / f"reports-{name}.json"

    def fetch(self, wanted: ReportWanted) -> Document:
        """The report's document. Raises Final, GivenUp or Stopped."""
        pending = self._pending().get(wanted.key)
        if pending is None:
            pending = self._order(wanted)
        report_id = pending["report_id"]
        document_id = self._wait(wanted, report_id)
        _, address = self._caller.call(
            GET_REPORT_DOCUMENT, document_id, lambda: self._areas.report_document(wanted.endpoint, document_id)
        )
        packed = address.get("compressionAlgorithm")
        answer, body = self._caller.call(
            DOCUMENT,
            document_id,
            lambda: self._areas.download(address["url"]),
            check=lambda found: unpacked(found, packed),
            paced=False,
        )
        self._forget(wanted)
        message = Message()
        message["content-type"] = answer.headers.get("content-type", "")
        path = f"report {report_id}, document {document_id}"
        return Document(
            replace(answer, body=body, path=path),
            message.get_content_charset(),
            parse_instant(pending["start"]) if pending.get("start") else None,
            parse_instant(pending["end"]) if pending.get("end") else None,
        )

    def _order(self, wanted: ReportWanted) -> dict[str, str]:
        _, made = self._caller.call(
            CREATE_REPORT,
            wanted.type,
            lambda: self._areas.create_report(
                wanted.endpoint, wanted.type, wanted.marketplaces, wanted.start, wanted.end
            ),
        )
        pending = {"report_id": made["reportId"], "asked_at": utc_text(self._now)}
        for name, instant in (("start", wanted.start), ("end", wanted.end)):
            if instant:
                pending[name] = utc_text(instant)
        self._write({**self._pending(), wanted.key: pending})
        return pending

    def _wait(self, wanted: ReportWanted, report_id: str) -> str:
        """The id of the finished report's document."""
        budget = self._caller.report_budget
        started = self._caller.clock.monotonic()
        pause = FIRST_LOOK
        while True:
            try:
                answer, report = self._caller.call(
                    GET_REPORT, report_id, lambda: self._areas.report(wanted.endpoint, report_id)
                )
            except Final:
                self._forget(wanted)
                raise
            status = report["processingStatus"]
            if status == "DONE" and isinstance(report.get("reportDocumentId"), str):
                return str(report["reportDocumentId"])
            if status == "CANCELLED":
                self._forget(wanted)
                raise Cancelled(
                    Trouble.NO_RECORD,
                    f"{wanted.type} was cancelled by Amazon, which it does when there is nothing to report",
                    "nothing, unless you expected rows: then look in Seller Central",
                    answer,
                )
            if status == "FATAL":
                self._forget(wanted)
                raise GivenUp(f"{wanted.type} failed at Amazon (FATAL)", "run a2z fetch again: it orders a new one")
            if self._caller.clock.monotonic() - started + pause > budget:
                raise GivenUp(
                    f"{wanted.type} is not ready after {budget:.0f} s",
                    "run a2z fetch again: it takes up the same report",
                )
            self._caller.progress.waiting(GET_REPORT.name, pause)
            wait(pause, self._caller.clock, lambda: self._caller.stopped)
            if self._caller.stopped:
                raise Stopped
            pause = min(LAST_LOOK, pause * 2)

    def _pending(self) -> dict[str, dict[str, str]]:
        """Reports that were ordered and not yet taken, by key; an unreadable file is an empty one."""
        try:
            found: Any = json.loads(self._file.read_bytes())
            return {
                key: value
                for key, value in found.items()
                if abs(self._now - parse_instant(value["asked_at"])) < PENDING_FOR and value["report_id"]
            }
        except (OSError, ValueError, AttributeError, KeyError, TypeError):
            return {}

    def _forget(self, wanted: ReportWanted) -> None:
        self._write({key: value for key, value in self._pending().items() if key != wanted.key})

    def _write(self, pending: dict[str, dict[str, str]]) -> None:
        write_atomic(self._file, json.dumps(pending).encode())


def unpacked(answer: Answer, packed: str | None) -> bytes:
    """The document's bytes. Raises TryAgain for a download that is not whole, Final for one that is refused."""
    if answer.status == 429 or answer.status >= 500 or answer.status == 408:
        raise TryAgain(f"answered {answer.status}", throttled=answer.status == 429, retry_after=answer.retry_after)
    if answer.status != 200:
        raise Final(
            Trouble.NO_ANSWER,
            f"the report's document could not be downloaded ({answer.status})",
            "run a2z fetch again: the address that Amazon gives is good for five minutes",
            answer,
        )
    if not answer.body:
        raise TryAgain("sent an empty document")
    if packed is None:
        return answer.body
    if packed != "GZIP":
        raise Final(
            Trouble.NO_ANSWER, "the report's document is packed in a way that is not known", "use a newer a2z", answer
        )
    found = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(answer.body)) as stream:
            # In pieces: one read of the greatest size would reserve all of it.
            while len(found) <= MOST_BYTES and (piece := stream.read(1 << 20)):
                found += piece
    except (OSError, EOFError, zlib.error):
        raise TryAgain("sent a document that cannot be unpacked") from None
    if len(found) > MOST_BYTES:
        raise Final(
            Trouble.NO_ANSWER,
            f"the report unpacks to more than {MOST_BYTES} bytes",
            "ask for fewer days, or read it in Seller Central",
            answer,
        )
    return bytes(found)


def asked_end(number: int, end: dt.datetime, clock: CaseClock) -> dt.datetime | None:
    """The end to ask for in the `number`-th range: none for the newest one by this machine's clock, which may run ahead
    of Amazon's. Amazon refuses an end that lies in its future, and takes its own now when none is named."""
    return end if clock.is_set or number > 1 else None


def ranges(start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """`start` to `end` in pieces that one report may cover, the newest first."""
    found: list[tuple[dt.datetime, dt.datetime]] = []
    while end > start:
        begin = max(start, end - LONGEST_RANGE)
        found.append((begin, end))
        end = begin
    return found
