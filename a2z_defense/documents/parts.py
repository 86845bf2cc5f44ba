"""A document of very many pages: laid out part by part, then put together, so that memory and time a page stay flat.

Tagged parts cannot be joined without breaking their tags (measured; no validator sees it), so that the result is
PDF/A-3b: archival, not tagged, and it says so on its first page and in its metadata. Page numbers, bookmarks, page
labels and references run through the whole: they are taken off the parts and written anew over all pages.
"""

from __future__ import annotations

import copy
import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

PAGE_LIMIT = 150
"""Up to here one tagged PDF/A-3a + UA-1; a page of a table takes about 3.5 MiB of memory, and past a few hundred pages
each costs more time than the one before (measured on WeasyPrint 70)."""
PART_PAGES = 40
"""Estimated pages of a part."""
_LETTERS_A_PAGE = 3300
_LETTERS_A_BLOCK = 60
"""What a paragraph, a row or a heading takes beside its letters. Both measured on our own pages; an estimate that is
wrong costs time or memory, never truth: the real pages are counted."""
_BLOCKS = frozenset({"p", "tr", "li", "h1", "h2", "h3"})
_DIVISIBLE = frozenset({"body", "section", "table", "tbody"})
_POINTS = 0.75
"""PDF points in a CSS pixel."""
_PART_STYLE = "@page {{ @bottom-right {{ content: none !important }} }} @page :first {{ counter-reset: page {before} }}"
_NUMBER_STYLE = """@page { @top-left { content: none !important } @top-right { content: none !important }
@bottom-left { content: none !important } } .a2z-page { break-after: page }"""


def weight(element: Element) -> float:
    """Estimated pages."""
    letters, pictures = 0, 0
    for one in element.iter():
        if one.tag in _BLOCKS:
            letters += _LETTERS_A_BLOCK
        elif one.tag == "img":
            pictures += 1
        letters += len(one.text or "") + len((one.tail or "").strip())
    return letters / _LETTERS_A_PAGE + pictures


def cut(element: Element, pages: float = PART_PAGES) -> list[Element]:
    """`element` as pieces of about that many pages, in order. An exhibit with page numbers of its own stays whole."""
    counted = any(kid.get("id", "").endswith("-end") for kid in element)
    if element.tag not in _DIVISIBLE or counted or weight(element) <= pages:
        return [element]
    groups: list[list[Element]] = [[]]
    held = 0.0
    for piece in (piece for kid in element if kid.tag != "thead" for piece in cut(kid, pages)):
        heavy = weight(piece)
        if groups[-1] and held + heavy > pages:
            groups.append([])
            held = 0.0
        groups[-1].append(piece)
        held += heavy
    return [_shell(element, group, first=at == 0) for at, group in enumerate(groups)]


def _shell(element: Element, kids: list[Element], *, first: bool) -> Element:
    """`element` with only those children; a table's head is repeated."""
    found = Element(element.tag, dict(element.attrib))
    if first:
        found.text = element.text
    else:
        found.attrib.pop("id", None)
    found.extend([*(kid for kid in element if kid.tag == "thead"), *kids])
    return found


def _halves(body: Element) -> list[Element]:
    """What stands before the first section, a page that refers to those behind it, and the rest."""
    at = next((n for n, kid in enumerate(body) if kid.tag == "section"), 0)
    kids = list(body)
    return [_shell(body, kids[:at], first=True), _shell(body, kids[at:], first=False)] if at else [body]


def _leaves(element: Element) -> set[str]:
    """Anchors whose page numbers `element` prints."""
    links = (one.get("href", "") for one in element.iter("a") if one.get("class") == "leaf")
    return {link[1:] for link in links if re.fullmatch(r"#[\w-]+", link)}


def document_of(root: Element, body: Element, style: str) -> Element:
    """A whole HTML tree around `body`, with the head of `root` and one more style."""
    found = Element(root.tag, dict(root.attrib))
    head = copy.copy(next(kid for kid in root if kid.tag == "head"))
    more = Element("style")
    more.text = style
    head.append(more)
    found.extend([head, body])
    return found


def announce(root: Element, words: str) -> None:
    """Say under the title and in the metadata that the document is in parts."""
    head, body = (next(kid for kid in root if kid.tag == tag) for tag in ("head", "body"))
    head.append(Element("meta", {"name": "description", "content": words}))
    line = Element("p", {"class": "subtitle in-parts"})
    line.text = words
    title = next((at for at, kid in enumerate(body) if kid.tag == "h1"), -1)
    body.insert(title + 1, line)


@dataclass
class _Page:
    """What is kept of a page when its part is written."""

    height: float
    bookmarks: list[Any]
    anchors: dict[str, tuple[float, float]]
    links: list[tuple[str, tuple[float, float, float, float]]]
    """Target, and corners in pixels."""


class Parts:
    """`paint`: draws a tree to a laid-out document. `write`: writes that to a file, with the attachments if told so."""

    def __init__(
        self,
        root: Element,
        paint: Callable[[Element], Any],
        write: Callable[[Any, Path, bool], None],
        folder: Path,
    ) -> None:
        self._root, self._paint, self._write, self._folder = root, paint, write, folder
        self._pages: list[_Page] = []

    def made(self, labels: Mapping[str, str]) -> tuple[bytes, int]:
        """The whole as one file, and its number of pages."""
        body = next(kid for kid in self._root if kid.tag == "body")
        pieces = [piece for half in _halves(body) for piece in cut(half)]
        files = [self._part(piece, at) for at, piece in enumerate(pieces)]
        self._tell_pages(pieces[0])
        numbers = self._numbers()
        content = join(files, numbers, self._pages, labels)
        for path in (*files, numbers):
            path.unlink()
        return content, len(self._pages)

    def _tell_pages(self, first: Element) -> None:
        """Draw the first part again, now that the pages are known to which it refers and which are not its own."""
        own = {name for name in (one.get("id") for one in first.iter()) if name}
        pages = {name: at for at, page in reversed(list(enumerate(self._pages, start=1))) for name in page.anchors}
        told = {name: pages[name] for name in _leaves(first) - own if name in pages}
        if told:
            numbers = "".join(f'.leaf[href="#{name}"]::after {{ content: " {at}" }}' for name, at in told.items())
            held, self._pages = self._pages, []
            self._part(first, 0, numbers)
            self._pages += held[len(self._pages) :]

    def _part(self, body: Element, at: int, style: str = "") -> Path:
        style += _PART_STYLE.format(before=len(self._pages))
        document = self._paint(document_of(self._root, body, style))
        for page in document.pages:
            self._pages.append(_kept(page))
        path = self._folder / f"part-{at:04}.pdf"
        self._write(document, path, at == 0)
        return path

    def _numbers(self) -> Path:
        """As many empty pages, with nothing but "page 7 of 212" on each: only now is the last number known."""
        body = Element("body")
        body.extend(Element("div", {"class": "a2z-page"}) for _ in self._pages)
        document = self._paint(document_of(self._root, body, _NUMBER_STYLE))
        if len(document.pages) != len(self._pages):
            raise AssertionError(f"{len(document.pages)} numbers for {len(self._pages)} pages")
        path = self._folder / "numbers.pdf"
        self._write(document, path, False)
        return path


def _kept(page: Any) -> _Page:
    """Take bookmarks, anchors and inner links off a laid-out page: in a part alone they lead nowhere."""
    kept = _Page(
        height=page.height,
        bookmarks=page.bookmarks,
        anchors={name: (place[0], place[1]) for name, place in page.anchors.items()},
        links=[(target, rectangle) for kind, target, rectangle, _ in page.links if kind == "internal"],
    )
    page.bookmarks, page.anchors = [], {}
    page.links = [link for link in page.links if link[0] != "internal"]
    return kept


def join(files: list[Path], numbers: Path, pages: list[_Page], labels: Mapping[str, str]) -> bytes:
    """The parts as one file: numbered, linked, bookmarked and labelled throughout."""
    import pikepdf

    whole = pikepdf.open(files[0])
    for path in files[1:]:
        whole.pages.extend(pikepdf.open(path).pages)
    stamps: Any = pikepdf.open(numbers).pages
    places: dict[str, tuple[int, float, float]] = {}
    for at, kept in enumerate(pages):
        for name, (x, y) in kept.anchors.items():
            places.setdefault(name, (at, x, y))
    found: Any = whole.pages
    for at, kept in enumerate(pages):
        _stamp(whole, found[at], stamps[at])
        _link(whole, found, at, kept, pages, places)
    _bookmark(whole, found, pages)
    _label(whole, {name: places[name][0] for name in labels if name in places}, labels)
    _guard_ends(whole)
    out = io.BytesIO()
    whole.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        compress_streams=False,  # what is to be compressed is; the ends of others could not be guarded
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return out.getvalue()


def _guard_ends(whole: Any) -> None:
    """Write in hexadecimal, which ends in `>`, the few streams whose last byte is a line end.

    Before `endstream` stands a line end: a strict reader takes the data's own for part of it and finds the length wrong
    (seen with a validator; the checksum at the end of compressed data is any byte, so that one in 128 is hit).
    """
    import pikepdf

    for one in whole.objects:
        if isinstance(one, pikepdf.Stream) and (raw := one.read_raw_bytes())[-1:] in {b"\r", b"\n"}:
            filters: Any = one.get("/Filter", [])
            if "/DecodeParms" in one or one.get("/Type") == pikepdf.Name.Metadata:
                continue  # none of WeasyPrint's but the metadata, which stays readable and ends in `>`
            inner = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
            one.write(raw.hex().encode() + b">", filter=pikepdf.Array([pikepdf.Name.ASCIIHexDecode, *inner]))


def _stamp(whole: Any, page: Any, stamp: Any) -> None:
    """Lay the page's number over it, under a name of ours: the resources are the part's, so that they are copied."""
    import pikepdf

    form = whole.make_stream(
        zlib.compress(stamp.obj.Contents.read_bytes(), 9),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=stamp.obj.MediaBox,
        Resources=whole.copy_foreign(stamp.obj.Resources),
        Filter=pikepdf.Name.FlateDecode,
    )
    resources = pikepdf.Dictionary(dict(page.obj.Resources.items()))
    pictures = dict(resources.get("/XObject", pikepdf.Dictionary()).items())
    resources.XObject = pikepdf.Dictionary({**pictures, "/A2zNumber": form})
    page.obj.Resources = resources
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q q /A2zNumber Do Q")


def _place(pages: list[_Page], spot: tuple[int, float, float]) -> tuple[float, float]:
    """From pixels below the page's top to points above its foot."""
    at, x, y = spot
    return round(x * _POINTS, 2), round((pages[at].height - y) * _POINTS, 2)


def _goal(found: Any, pages: list[_Page], spot: tuple[int, float, float]) -> Any:
    import pikepdf

    return pikepdf.Array([found[spot[0]].obj, pikepdf.Name.XYZ, *_place(pages, spot), 0])


def _link(
    whole: Any, found: Any, at: int, kept: _Page, pages: list[_Page], places: Mapping[str, tuple[int, float, float]]
) -> None:
    import pikepdf

    for target, box in kept.links:
        if target not in places:
            continue
        corners = (*_place(pages, (at, box[0], box[1])), *_place(pages, (at, box[2], box[3])))
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=pikepdf.Array([min(corners[::2]), min(corners[1::2]), max(corners[::2]), max(corners[1::2])]),
            BS=pikepdf.Dictionary(W=0),
            F=4,
            Contents=pikepdf.String(target),
            Dest=_goal(found, pages, places[target]),
        )
        page = found[at].obj
        page.Annots = pikepdf.Array([*page.get("/Annots", []), whole.make_indirect(note)])


def _bookmark(whole: Any, found: Any, pages: list[_Page]) -> None:
    import pikepdf
    from weasyprint.document import Document

    tree: Any = Document.make_bookmark_tree  # it asks of `self` only its pages
    roots = tree(SimpleNamespace(pages=pages))
    if not roots:
        return

    def items(branch: list[Any]) -> Iterator[Any]:
        for title, spot, kids, state in branch:
            item = pikepdf.OutlineItem(title, _goal(found, pages, spot))
            item.is_closed = state == "closed"
            item.children.extend(items(kids))
            yield item

    with whole.open_outline() as outline:
        outline.root.extend(items(roots))


def _label(whole: Any, starts: Mapping[str, int], labels: Mapping[str, str]) -> None:
    import pikepdf

    decimal = pikepdf.Dictionary(S=pikepdf.Name.D, St=1)
    ranges = {0: decimal}
    for name, at in starts.items():
        prefix = labels[name]
        told = {"P": pikepdf.String(f"{prefix}-"), "St": 1} if prefix else {"St": at + 1}
        ranges.setdefault(at, pikepdf.Dictionary(S=pikepdf.Name.D, **told))
    nums = [part for at in sorted(ranges) for part in (at, ranges[at])]
    whole.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array(nums))
