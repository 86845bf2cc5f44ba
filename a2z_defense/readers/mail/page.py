"""HTML bodies to text, with lxml: words and line ends only. Nothing is rendered, fetched or followed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from lxml import etree

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header li
        main nav ol p pre section table tbody tfoot thead tr ul title caption body html""",
    )
)
MAX_ROWS = 2_000
_CELLS = frozenset({"td", "th"})
_LINE = "\ue000"
"""Stands for a line end while the page's own line ends are still white space. A private character; a page's own is
replaced before."""
_SILENT = frozenset({"script", "style", "head", "title", "template"})
MAX_HTML = 4_000_000
"""Bytes of one HTML part that are parsed as HTML; beyond, tags are only cut out. Real mails hold under 200 kB."""


@dataclass(frozen=True)
class Page:
    """An HTML part as text."""

    text: str
    pres: tuple[str, ...]
    """The contents of its `<pre>` elements, white space kept."""
    root: etree._Element | None = field(default=None, repr=False)
    """Its elements; None when lxml gave up on it."""


_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]{0,5000}>", re.DOTALL)


def _tree(html: str) -> etree._Element | None:
    """The element tree of `html`, or None when lxml gives up on it."""
    if len(html) > MAX_HTML:
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, compact=False
    )
    try:
        root = etree.fromstring(html.replace(_LINE, "\ufffd").encode("utf-8"), parser)
    except (etree.LxmlError, ValueError):
        return None
    last = parser.error_log.last_error
    return None if last is not None and "ERR_RESOURCE_LIMIT" in last.type_name else root


def read_page(html: str) -> Page:
    """The text of `html`. Never raises; HTML that lxml gives up on is read by cutting its tags out."""
    found = None if "\0" in html else _tried(html)
    return found or _tried(_ODD.sub(" ", html)) or Page(_tidy(unescape(_TAG.sub("\n", html))), ())


def _tried(html: str) -> Page | None:
    root = _tree(html)
    if root is None:
        return None
    try:
        return _read_tree(root)
    except ValueError:
        # lxml reads control characters, also out of entities like `&#2;`, that it then refuses to write.
        return None


def _read_tree(root: etree._Element) -> Page:
    for element in root.iter(*_SILENT):
        element.clear(keep_tail=True)  # type: ignore[call-arg]
    pres: list[str] = []
    for element in root.iter("pre"):
        if not any(above.tag == "pre" for above in element.iterancestors("pre")):
            pres.append("".join(map(str, element.itertext())))
        for inside in element.iter():
            inside.text = (inside.text or "").replace("\n", _LINE)
            if inside is not element:
                inside.tail = (inside.tail or "").replace("\n", _LINE)
    for element in root.iter(*_BLOCKS):
        element.text = _LINE + (element.text or "")
        element.tail = _LINE + (element.tail or "")
    for element in root.iter("br", "hr"):
        element.tail = _LINE + (element.tail or "")
    for element in root.iter(*_CELLS):
        element.text = " " + (element.text or "")
    text = etree.tostring(root, method="text", encoding="unicode")
    # Runs of the page's own white space are one space; line ends are where blocks begin and end.
    return Page(_tidy(_SPACE.sub(" ", text).replace(_LINE, "\n")), tuple(pres), root)


def read_rows(page: Page) -> tuple[tuple[str, ...], ...]:
    """The cells of the rows that hold no row of their own: data tables, not layout."""
    found: list[tuple[str, ...]] = []
    for row in page.root.iter("tr") if page.root is not None else ():
        if len(found) < MAX_ROWS and next(row.iterdescendants("tr"), None) is None:
            texts = ("".join(map(str, cell.itertext())) for cell in row if cell.tag in _CELLS)
            cells = tuple(" ".join(text.replace(_LINE, " ").split()) for text in texts)
            if len(cells) > 1:
                found.append(cells)
    return tuple(found)


_MANY = re.compile(r"\n{3,}")


def _tidy(text: str) -> str:
    lines = [line.strip() for line in text.split("\n")]
    return _MANY.sub("\n\n", "\n".join(lines)).strip()
