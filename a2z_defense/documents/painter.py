"""The renderer's process: HTML to PDF/A-3a + PDF/UA-1, and nothing else. Started by `child.Child`, never imported
by the rest of the program (importing WeasyPrint takes half a second and changes Pillow's settings)."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from a2z_defense.base.errors import A2zError
from a2z_defense.documents.child import limit_memory, own_streams, serve
from a2z_defense.documents.finish import Finish, mend_streams

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
    `when`; `bodies`: the HTML, the resources, the attachments."""
    html, rest = bodies[0], bodies[1:]
    names = head["resources"]
    table = {name: (media_type, body) for (name, media_type), body in zip(names, rest, strict=False)}
    when = dt.datetime.fromisoformat(head["when"])
    attached = [
        _attachment(string=body, name=about["name"], description=about["description"], created=when, modified=when,
                   relationship=about["relationship"])
        for about, body in zip(head["attachments"], rest[len(names):], strict=True)
    ]  # fmt: skip
    fetcher = LockedFetcher(table)
    document = _html(string=html.decode(), base_url=SCHEME, url_fetcher=fetcher).render(
        font_config=_FONTS, presentational_hints=False
    )
    variant = VARIANT if head.get("tagged", True) else PARTS_VARIANT
    finish = Finish(ua=head.get("tagged", True), labels=head.get("labels"))
    content: bytes = document.write_pdf(finisher=finish, pdf_variant=variant, attachments=attached or None)
    if fetcher.refused:
        raise Unfetchable(
            f"the template asks for {', '.join(sorted(set(fetcher.refused))[:5])}, which is no part of the document",
            remedy="a template may use its own style sheet and the case's pictures only",
        )
    return {"pages": len(document.pages), "anchors": finish.anchors(document)}, [content]


def main() -> None:
    limit_memory()
    mend_streams()
    logging.getLogger("weasyprint").handlers[:] = [logging.NullHandler()]
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    stdin, stdout = own_streams()
    serve({"paint": paint}, stdin, stdout)


if __name__ == "__main__":
    main()
