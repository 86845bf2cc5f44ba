"""Cuts a claim's own rows out of answers that hold other buyers' data too. The whole stays in the store; each slice
names the digest of the whole and the rule that cut it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ORDER_COLUMN = "order id"
A_TO_Z_COLUMN = "a to z claim"
_NUMBER = "\u0000number:"


@dataclass(frozen=True)
class FlatFile:
    """A tab-separated report, line by line as bytes."""

    header: bytes
    columns: Mapping[str, int]
    """Column by its name, lower case, with blanks for hyphens and underscores."""
    lines: tuple[bytes, ...]
    charset: str

    def cell(self, line: bytes, column: str) -> str:
        """The cell of that column; blank when the line or the file has none."""
        index = self.columns.get(column)
        cells = line.rstrip(b"\r\n").split(b"\t")
        return cells[index].decode(self.charset, "replace").strip() if index is not None and index < len(cells) else ""

    def rows_of(self, order_id: str) -> bytes:
        """Header and the order's own lines, byte for byte; the header alone when there are none."""
        return self.header + b"".join(line for line in self.lines if self.cell(line, ORDER_COLUMN) == order_id)

    def claimed(self) -> Iterator[str]:
        """Order ids of the rows whose A-to-z flag is set, each once."""
        seen: set[str] = set()
        for line in self.lines:
            order_id = self.cell(line, ORDER_COLUMN)
            flag = self.cell(line, A_TO_Z_COLUMN).lower()
            if order_id and order_id not in seen and flag in {"y", "yes", "true"}:
                seen.add(order_id)
                yield order_id


def flat_file(body: bytes, charset: str | None) -> FlatFile | None:
    """The report, or None when it has no column called Order ID: then it is not the report that was asked for."""
    used = _charset(body, charset)
    lines = body.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    if not lines:
        return None
    names = [re.sub(r"[\s_-]+", " ", name).strip().lower() for name in lines[0].decode(used, "replace").split("\t")]
    columns = {name: index for index, name in enumerate(names)}
    return FlatFile(lines[0], columns, tuple(lines[1:]), used) if ORDER_COLUMN in columns else None


def _charset(body: bytes, named: str | None) -> str:
    """The named charset, else UTF-8 when the whole is that, else Windows-1252, which flat files often are unsaid."""
    for charset in (named, "utf-8"):
        try:
            if charset:
                body.decode(charset)
                return charset
        except (UnicodeDecodeError, LookupError):
            continue
    return "cp1252"


def events(pages: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every event of the pages, with the name of its list. Numbers keep the digits they came with."""
    for page in pages:
        lists = json.loads(page, parse_float=_kept, parse_int=_kept)["payload"]["FinancialEvents"]
        for name, members in lists.items():
            if isinstance(members, list):
                yield from ((name, event) for event in members if isinstance(event, dict))


def _kept(digits: str) -> str:
    return _NUMBER + digits


def page_of(lists: dict[str, list[Any]]) -> bytes:
    """A page of Finances v0 that holds these events of `events` alone."""
    text = json.dumps({"payload": {"FinancialEvents": lists}}, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r'"\\u0000number:([-+0-9.eE]+)"', r"\1", text).encode()
