"""The renderer's process: HTML to PDF/A-3a + PDF/UA-1, above 150 pages to PDF/A-3b, and nothing else.

Started by `renderer_process`, never imported by the rest of the program (importing WeasyPrint takes half a second
and changes Pillow's settings).
"""

from __future__ import annotations

import copy
import datetime as dt
import logging
import select
import tempfile
from pathlib import Path
from typing import IO, Any

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from a2z_defense.base.errors import A2zError
from a2z_defense.documents.child import serve
from a2z_defense.documents.finish import Finish, mend_streams
from a2z_defense.documents.glyphs import mend_meanings
from a2z_defense.documents.parts import PAGE_LIMIT, Parts, announce, weight

_html: Any = HTML
_attachment: Any = Attachment
_response: Any = URLFetcherResponse
_font_configuration: Any = FontConfiguration
"""WeasyPrint has no types."""
SCHEME = "a2z:"
"""An invented scheme: nothing on the machine or the network answers to it."""
VARIANT = "pdf/a-3a"
PARTS_VARIANT = "pdf/a-3b"


class Unfetchable(A2zError):
    """A template asked for something that is no part of the document."""


class LockedFetcher(URLFetcher):
    """Gives what is in a fixed table, under one invented scheme; never opens a file or a connection."""

    def __init__(self, table: dict[str, tuple[str, bytes]]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)  # type: ignore[no-untyped-call]
        self._table = table
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        name = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or name not in self._table:
            self.refused.append(name if url.startswith(SCHEME) else url.partition(":")[0] + ":")
            raise ValueError("not a part of this document")
        media_type, body = self._table[name]
        found: URLFetcherResponse = _response(url, body, {"Content-Type": media_type})
        return found


_FONTS = _font_configuration()


def paint(head: dict[str, Any], bodies: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """One document. `head`: `resources` [[name, media type]], `attachments` [{name, description, relationship}],
    `when`, `labels`, and `in_parts`, the words of one that may be put together from parts; `bodies`: the HTML, the
    resources, the attachments."""
    names, rest = head["resources"], bodies[1:]
    fetcher = LockedFetcher({name: (kind, body) for (name, kind), body in zip(names, rest, strict=False)})
    drawing = _Drawing(_html(string=bodies[0].decode(), base_url=SCHEME, url_fetcher=fetcher), head, rest[len(names) :])
    content, pages = drawing.made()
    if fetcher.refused:
        raise Unfetchable(
            f"the template asks for {', '.join(sorted(set(fetcher.refused))[:5])}, which is no part of the document",
            remedy="a template may use its own style sheet and the case's pictures only",
        )
    return {"pages": pages}, [content]


class _Drawing:
    """One document on its way."""

    def __init__(self, source: Any, head: dict[str, Any], attached: list[bytes]) -> None:
        self._source = source
        self._labels: dict[str, str] = head.get("labels") or {}
        self._in_parts: str = head.get("in_parts") or ""
        self._when = dt.datetime.fromisoformat(head["when"])
        self._attached = list(zip(head["attachments"], attached, strict=True))

    def _attachments(self) -> list[Any] | None:
        """Made anew for each writing: one is read only once."""
        when = self._when
        return [
            _attachment(string=body, name=about["name"], description=about["description"], created=when, modified=when,
                       relationship=about["relationship"])
            for about, body in self._attached
        ] or None  # fmt: skip

    def made(self) -> tuple[bytes, int]:
        """The PDF and its pages: whole and tagged, unless it is allowed to be in parts and too long."""
        may = bool(self._in_parts)
        if may and weight(self._source.etree_element) > PAGE_LIMIT:
            content, pages = self._joined()
            if pages > PAGE_LIMIT:
                return content, pages
        document = self._source.render(font_config=_FONTS, presentational_hints=False)
        pages = len(document.pages)
        if not may or pages <= PAGE_LIMIT:
            finish = Finish(ua=True, labels=self._labels)
            return document.write_pdf(finisher=finish, pdf_variant=VARIANT, attachments=self._attachments()), pages
        del document
        return self._joined()

    def _joined(self) -> tuple[bytes, int]:
        root = copy.deepcopy(self._source.etree_element)
        announce(root, self._in_parts)
        with tempfile.TemporaryDirectory() as folder:
            return Parts(root, self._laid_out, self._write_part, Path(folder)).made(self._labels)

    def _laid_out(self, root: Any) -> Any:
        source = copy.copy(self._source)
        source.wrapper_element = type(source.wrapper_element).from_html_root(root)
        source.etree_element = root
        return source.render(font_config=_FONTS, presentational_hints=False)

    def _write_part(self, document: Any, path: Path, first: bool) -> None:
        attached = self._attachments() if first else None
        document.write_pdf(path, finisher=Finish(ua=False), pdf_variant=PARTS_VARIANT, attachments=attached)


_FIRST = """<html lang=en><title>First</title><body style="font-family: Noto Sans"><h1 style="font-family: Noto Serif">
First</h1><table style="table-layout: fixed"><tr><th>one<td>two</table><p style="font-family: Noto Sans Mono">three"""


def warm_up(waiting: int) -> None:
    """Draw a page of nothing, unless a request waits on the descriptor already.

    The first page of a process takes three times as long as the next (fonts are found, libraries fill their tables);
    while the claim is still being judged, that costs nobody anything.
    """
    if not select.select([waiting], [], [], 0)[0]:
        paint({"resources": [], "attachments": [], "when": "2026-01-01T00:00:00Z"}, [_FIRST.encode()])


def work(stdin: IO[bytes], stdout: IO[bytes]) -> None:
    """Paint what is asked for, until the parent closes the pipe."""
    mend_streams()
    mend_meanings()
    logging.getLogger("weasyprint").handlers[:] = [logging.NullHandler()]
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    warm_up(stdin.fileno())
    serve({"paint": paint}, stdin, stdout)
