"""Reports: asked for, waited for, downloaded. The returns report is a flat file, account health is JSON."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from a2z_defense.base.instants import utc_text
from a2z_defense.sandbox.answers import Answers
from a2z_defense.sandbox.exchange import Answer, Json, Request, invalid, json_answer, not_found
from a2z_defense.sandbox.operations import instant

RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
ACCOUNT_HEALTH = "GET_V2_SELLER_PERFORMANCE_REPORT"
LONGEST_RANGE = dt.timedelta(days=60)
"""Of one returns report: developer-docs, "Returns reports", read August 2026."""
COLUMNS = (
    "Order ID", "Order date", "Return request date", "Return request status", "Amazon RMA ID", "Merchant RMA ID",
    "Label type", "Label cost", "Currency code", "Return carrier", "Tracking ID", "Label to be paid by",
    "A-to-Z Claim", "Is prime", "ASIN", "Merchant SKU", "Item Name", "Return quantity", "Return Reason",
    "In policy", "Return type", "Resolution", "Invoice number", "Return delivery date", "Order Amount",
    "Order quantity", "SafeT Action reason", "SafeT claim id", "SafeT claim state", "SafeT claim creation time",
    "SafeT claim reimbursement amount", "Refunded Amount",
)  # fmt: skip


@dataclass
class _Report:
    specification: Json
    created_at: dt.datetime
    polls: int = 0


class Reports:
    """The reports that were asked for. A report is ready at the `polls_until_done`-th look at it."""

    def __init__(
        self, answers: Answers, now: Callable[[], dt.datetime], *, encoding: str = "cp1252", polls_until_done: int = 2
    ) -> None:
        self._answers = answers
        self._now = now
        self._encoding = encoding
        self._polls_until_done = polls_until_done
        self._reports: dict[str, _Report] = {}
        self._lock = threading.Lock()

    def create(self, request: Request) -> Answer:
        """createReport."""
        specification: Json = json.loads(request.body)
        if specification["reportType"] not in (RETURNS, ACCOUNT_HEALTH):
            return invalid("The report type is not one that this simulator knows")
        start, end = (instant(str(specification.get(name, ""))) for name in ("dataStartTime", "dataEndTime"))
        if any(
            name in specification and not instant(str(specification[name])) for name in ("dataStartTime", "dataEndTime")
        ):
            return invalid("dataStartTime and dataEndTime are ISO 8601 instants with a zone")
        if start and end and start >= end:
            return invalid("dataStartTime must be before dataEndTime")
        if specification["reportType"] == RETURNS and start and (end or self._now()) - start > LONGEST_RANGE:
            return invalid("A returns report covers at most 60 days")
        with self._lock:
            report_id = str(secrets.randbelow(10**11) + 10**11)
            self._reports[report_id] = _Report(specification, self._now())
        return json_answer({"reportId": report_id}, 202)

    def get(self, request: Request) -> Answer:
        """getReport: IN_QUEUE, IN_PROGRESS, then DONE; or CANCELLED, as Amazon does when there is nothing to tell."""
        with self._lock:
            report = self._reports.get(request.parts["reportId"])
            if report is None:
                return not_found("the report")
            report.polls += 1
            polls = report.polls
        told: Json = {
            "reportId": request.parts["reportId"],
            "reportType": report.specification["reportType"],
            "marketplaceIds": report.specification["marketplaceIds"],
            "createdTime": utc_text(report.created_at),
            "processingStatus": "IN_QUEUE" if polls == 1 else "IN_PROGRESS",
        }
        told |= {
            name: report.specification[name]
            for name in ("dataStartTime", "dataEndTime")
            if name in report.specification
        }
        if polls >= self._polls_until_done and self._is_empty(report.specification):
            told["processingStatus"] = "CANCELLED"
        elif polls >= self._polls_until_done:
            told |= {
                "processingStatus": "DONE",
                "processingStartTime": utc_text(report.created_at),
                "processingEndTime": utc_text(self._now()),
                "reportDocumentId": f"amzn1.spdoc.1.4.{request.parts['reportId']}",
            }
        return json_answer(told)

    def document(self, request: Request, base_url: str) -> Answer:
        """getReportDocument: where to download it, and how it is packed."""
        document_id = request.parts["reportDocumentId"]
        if self._of_document(document_id) is None:
            return not_found("the report document")
        url = f"{base_url}/documents/{document_id}?X-Amz-Expires=300"
        return json_answer({"reportDocumentId": document_id, "url": url, "compressionAlgorithm": "GZIP"})

    def download(self, document_id: str) -> Answer:
        """The document's bytes, packed."""
        report = self._of_document(document_id)
        if report is None:
            return not_found("the document")
        if report.specification["reportType"] == ACCOUNT_HEALTH:
            body = json.dumps(self._answers.account_health or {}, ensure_ascii=False).encode()
            return Answer(200, gzip.compress(body, mtime=0), "application/json;charset=UTF-8")
        body = self._returns(report.specification).encode(self._encoding, errors="replace")
        # flat files are often sent without a charset: the reader must know cp1252
        media = "text/plain" if self._encoding == "cp1252" else f"text/plain;charset={self._encoding}"
        return Answer(200, gzip.compress(body, mtime=0), media)

    def _of_document(self, document_id: str) -> _Report | None:
        with self._lock:
            report = self._reports.get(document_id.rpartition(".")[2])
        if report is None or report.polls < self._polls_until_done or self._is_empty(report.specification):
            return None
        return report

    def _is_empty(self, specification: Json) -> bool:
        if specification["reportType"] == ACCOUNT_HEALTH:
            return self._answers.account_health is None
        return not self._rows(specification)

    def _returns(self, specification: Json) -> str:
        rows = self._rows(specification)
        lines = ["\t".join(COLUMNS), *("\t".join(row.get(name) or "" for name in COLUMNS) for row in rows)]
        return "\r\n".join(lines) + "\r\n"

    def _rows(self, specification: Json) -> list[dict[str, str]]:
        start, end = (instant(str(specification.get(name, ""))) for name in ("dataStartTime", "dataEndTime"))
        return [
            row
            for row in self._answers.returns
            if _asked_in(row, start, end) and self._marketplace(row) in (None, *specification["marketplaceIds"])
        ]

    def _marketplace(self, row: dict[str, str]) -> Any:
        order = self._answers.orders.get(row["Order ID"], {}).get("order", {})
        return order.get("salesChannel", {}).get("marketplaceId")


def _asked_in(row: dict[str, str], start: dt.datetime | None, end: dt.datetime | None) -> bool:
    asked = dt.datetime.strptime(row["Return request date"], "%d-%b-%Y").replace(tzinfo=dt.UTC)
    # the report tells days: a day belongs to the range that touches it
    return (start is None or asked + dt.timedelta(days=1) > start) and (end is None or asked < end)
