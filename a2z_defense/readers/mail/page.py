"""HTML bodies to text, with lxml: words and line ends only. Nothing is rendered, fetched or followed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from lxml import etree

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li
        main nav ol p pre section table tbody tfoot thead tr ul title caption body html""",
    )
)
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset({"script", "style", "head", "title", "template"})
MAX_HTML = 4_000_000
"""Bytes of one HTML part that are parsed as HTML; beyond, tags are only cut out. Real mails hold under 200 kB."""


@dataclass(frozen=True)
class Page:
    """An HTML part as text."""

    text: str
    pres: tuple[str, ...]
    """The contents of its `<pre>` elements, white space kept."""
    rows: tuple[tuple[str, ...], ...]
    """The cells of rows that hold no table of their own: data tables, not layout."""


_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]{0,5000}>", re.DOTALL)


def read_page(html: str) -> Page:
    """The text of `html`. Never raises; HTML that lxml gives up on is read by cutting its tags out."""
    html = _ODD.sub(" ", html)
    if len(html) > MAX_HTML:
        return _cut_tags(html)
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, compact=False
    )
    try:
        root = etree.fromstring(html.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError):
        return _cut_tags(html)
    if root is None:
        return _cut_tags(html)
    last = parser.error_log.last_error
    if last is not None and "ERR_RESOURCE_LIMIT" in last.type_name:
        return _cut_tags(html)
    return _walk(root)


def _cut_tags(html: str) -> Page:
    text = unescape(_TAG.sub("\n", html))
    return Page(_tidy(text), (), ())


def _walk(root: etree._Element) -> Page:
    out: list[str] = []
    pres: list[str] = []
    rows: list[tuple[str, ...]] = []
    silent = 0
    pre = 0
    pre_start = 0
    cells: list[list[str]] = []
    """One list of finished cells for each open row."""
    cell_start: list[int] = []
    plain: list[bool] = []
    """For each open row: it holds no row inside."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in _SILENT:
                silent += 1
            if tag in _BLOCKS:
                out.append("\n")
                if tag == "pre":
                    pre += 1
                    if pre == 1:
                        pre_start = len(out)
                elif tag == "tr":
                    if plain:
                        plain[-1] = False
                    cells.append([])
                    plain.append(True)
            elif tag in _CELLS:
                out.append("\t")
                cell_start.append(len(out))
            if element.text and not silent:
                out.append(element.text if pre else _SPACE.sub(" ", element.text))
            continue
        if tag in _SILENT:
            silent -= 1
        if tag == "pre":
            pre -= 1
            if pre == 0:
                pres.append("".join(out[pre_start:]))
        elif tag in _CELLS:
            start = cell_start.pop()
            if cells and plain[-1]:
                cells[-1].append(_SPACE.sub(" ", "".join(out[start:])).strip())
        elif tag == "tr" and cells:
            found = cells.pop()
            if plain.pop() and len(found) > 1:
                rows.append(tuple(found))
        if tag in _BLOCKS:
            out.append("\n")
        if element.tail and not silent:
            out.append(element.tail if pre else _SPACE.sub(" ", element.tail))
    return Page(_tidy("".join(out)), tuple(pres), tuple(rows))


_MANY = re.compile(r"\n{3,}")


def _tidy(text: str) -> str:
    lines = [line.strip() for line in text.split("\n")]
    return _MANY.sub("\n\n", "\n".join(lines)).strip()
