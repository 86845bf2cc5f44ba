"""What WeasyPrint 70 leaves undone, mended just before a PDF is written.

Measured against PDF/A-3a and PDF/UA-1 validators: pictures may not be interpolated, the XMP stream may not be
compressed, empty resource dictionaries may not be there, embedded files must be sorted and named once, one file may
claim both standards only inside one `rdf:RDF`, and what stands in the page's margins (header, footer, DRAFT) is
no content: it must be an artifact, not a marked content that hangs outside the structure tree.
"""

from __future__ import annotations

import zlib
from typing import Any

import pydyf

_array: Any = pydyf.Array
_dictionary: Any = pydyf.Dictionary
_string: Any = pydyf.String
_bytes_of: Any = pydyf._to_bytes
_EMPTY_KEYS = ("Pattern", "Shading", "ExtGState", "XObject")
_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description><rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema\
</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of the PDF/UA standard\
</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description>"""
"""The claim of PDF/UA-1, and the schema that PDF/A wants for a property it does not know."""
_END = b"</rdf:RDF>"


def stream_data(stream: Any) -> bytes:
    """In place of `pydyf.Stream.data`: the same, but for the end.

    Before `endstream` stands CR LF. pydyf writes LF alone: data whose last byte happens to be CR or LF (one stream in
    128) is then taken for part of the line end, and a strict reader finds the length wrong (seen with a validator).
    """
    content = b"\n".join(_bytes_of(part) for part in stream.stream)
    extra = _dictionary(stream.extra.copy())
    if stream.compress:
        extra["Filter"] = "/FlateDecode"
        content = zlib.compress(content, 9)
    extra["Length"] = len(content)
    return b"\n".join((extra.data, b"stream", content)) + b"\r\nendstream"


def mend_streams() -> None:
    """Called once in the renderer's process."""
    pydyf.Stream.data = property(stream_data)  # type: ignore[assignment, method-assign]


class Finish:
    """A finisher for `write_pdf`. `labels`: anchor -> prefix, in the order of the pages; each page with such an
    anchor starts a label range, an empty prefix the plain page numbers."""

    def __init__(self, *, ua: bool, labels: dict[str, str] | None = None) -> None:
        self._ua = ua
        self._labels = labels or {}

    def __call__(self, document: Any, pdf: Any) -> None:
        _plain_pictures(pdf)
        _no_empty_resources(pdf)
        self._metadata(pdf)
        _associated_files(pdf)
        if self._ua:
            _margins_are_artifacts(pdf)
        if self._labels:
            self._page_labels(document, pdf)

    def anchors(self, document: Any) -> dict[str, int]:
        """Page (1 is the first) on which each labelled anchor lies."""
        found: dict[str, int] = {}
        for number, page in enumerate(document.pages, start=1):
            for name in page.anchors:
                if name in self._labels:
                    found.setdefault(name, number)
        return found

    def _metadata(self, pdf: Any) -> None:
        stream = pdf.objects[_number(pdf.catalog["Metadata"])]
        stream.compress = False
        if self._ua:
            xmp = stream.stream[0]
            if xmp.count(_END) != 1:
                raise AssertionError("expected one rdf:RDF in the metadata")
            stream.stream[0] = xmp.replace(_END, _UA + _END)

    def _page_labels(self, document: Any, pdf: Any) -> None:
        """`Exhibit C-2` in a viewer's page box, of exhibits that share a page the first; all other pages by number."""
        anchors = self.anchors(document)
        numbers = _array([0, _dictionary({"S": "/D", "St": 1})])
        for name, prefix in self._labels.items():
            start = anchors.get(name, 1) - 1
            if start not in numbers[::2]:
                told = {"P": _string(f"{prefix}-"), "St": 1} if prefix else {"St": start + 1}
                numbers.extend([start, _dictionary({"S": "/D", **told})])
        pdf.catalog["PageLabels"] = _dictionary({"Nums": numbers})


def _number(reference: bytes | str) -> int:
    return int(reference.split()[0])


def _plain_pictures(pdf: Any) -> None:
    for thing in pdf.objects:
        extra = getattr(thing, "extra", None)
        if extra and extra.get("Subtype") == "/Image":
            extra["Interpolate"] = "false"


def _no_empty_resources(pdf: Any) -> None:
    for thing in pdf.objects:
        for holder in (thing if isinstance(thing, dict) else None, getattr(thing, "extra", None)):
            if not holder:
                continue
            inner = holder.get("Resources")
            for table in (holder, inner if isinstance(inner, dict) else None):
                if table is None or "ColorSpace" not in table:
                    continue
                for key in _EMPTY_KEYS:
                    if key in table and not table[key]:
                        del table[key]


def _associated_files(pdf: Any) -> None:
    files = pdf.catalog.get("Names", {}).get("EmbeddedFiles")
    if files is None:
        return
    names = pdf.objects[_number(files)]["Names"]
    pairs = sorted(zip(names[::2], names[1::2], strict=True), key=lambda pair: pair[0].data)
    names[:] = [part for pair in pairs for part in pair]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = _array(dict.fromkeys(pdf.catalog["AF"]))


def _margins_are_artifacts(pdf: Any) -> None:
    """Marked contents that the structure tree does not reach become artifacts, null in the parent tree."""
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    reached: set[int] = set()
    todo = [_number(reference) for reference in root["K"]]
    while todo:
        number = todo.pop()
        if number in reached:
            continue
        reached.add(number)
        element = pdf.objects[number]
        if isinstance(element, dict) and "K" in element:
            todo.extend(_number(kid) for kid in element["K"] if not isinstance(kid, int))
    nums = pdf.objects[_number(root["ParentTree"])]["Nums"]
    for key, parents in zip(nums[::2], nums[1::2], strict=True):
        if not isinstance(parents, list):
            continue
        orphans = {mcid for mcid, parent in enumerate(parents) if _number(parent) not in reached}
        if not orphans:
            continue
        for mcid in orphans:
            parents[mcid] = "null"
        page = pdf.objects[_number(pdf.page_references[key])]
        _unmark(pdf.objects[_number(page["Contents"])].stream, orphans)


def _unmark(stream: list[Any], orphans: set[int]) -> None:
    for at in range(len(stream) - 1):
        properties = stream[at + 1]
        if isinstance(properties, pydyf.Dictionary) and properties.get("MCID") in orphans:
            stream[at] = "/Artifact"
            stream[at + 1] = b"<< /Type /Pagination >>"
