"""Checks of a PDF that no part of the maker takes part in: validators, poppler, qpdf, and a walk of its structure."""

from __future__ import annotations

import gc
import io
import subprocess
from pathlib import Path
from typing import Any

import page
import pikepdf
import pikepdf.pdfa


def not_valid(content: bytes) -> list[str]:
    """What PDF/A-3a and PDF/UA-1 are broken by; empty: nothing."""
    found = []
    for profile in ("pdfa-3a", "pdfua-1"):
        report = page.validate_pdf_bytes(content, profile=profile)
        if not report.is_compliant:
            found += [f"{profile} {failure.rule_id}: {failure.message}" for failure in report.failures]
    # pikepdf judges 3b alone: it takes the claim of A and of UA, which other validators check, for a fault.
    return found + [one for one in _second_opinion(content) if "MetadataStream" not in one]


def not_valid_in_parts(content: bytes) -> list[str]:
    """What PDF/A-3b is broken by: for a record that is put together from parts."""
    # Its bookmarks are a chain as long as there are exhibits; the validator's own bound is 256.
    limits = page.SafetyLimits(max_reference_depth=20_000)
    report = page.validate_pdf_bytes(content, profile="pdfa-3b", limits=limits)
    found = [f"{failure.rule_id}: {failure.message}" for failure in report.failures]
    assert report.is_compliant is not bool(found)
    return found + _second_opinion(content)


def _second_opinion(content: bytes) -> list[str]:
    """What pikepdf finds against PDF/A-3b.

    It takes every Python warning for a fault of the page that it reads, so the collector, which warns of what other
    tests left open, has to run before it and not during it.
    """
    gc.collect()
    gc.disable()
    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            report: Any = pikepdf.pdfa.check(opened, "3b")
            return [f"pikepdf 3b: {one}" for one in report.findings]
    finally:
        gc.enable()


def syntax(content: bytes, folder: Path) -> tuple[str, str]:
    """What qpdf and pdfinfo say."""
    path = folder / "checked.pdf"
    path.write_bytes(content)
    qpdf = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=False)
    return qpdf.stdout + qpdf.stderr, info.stdout + info.stderr


def loose_content(content: bytes) -> list[str]:
    """Marked contents that the structure tree does not reach, and `/StructParents` that repeat."""
    found = []
    with pikepdf.open(io.BytesIO(content)) as opened:
        root = opened.Root.StructTreeRoot
        reached: dict[tuple[int, int], set[int]] = {}
        _walk(root.K, None, reached)
        numbers = [int(one.StructParents) for one in opened.pages if "/StructParents" in one]
        if len(numbers) != len(set(numbers)) or len(numbers) != len(opened.pages):
            found.append(f"StructParents {numbers}")
        for at, one in enumerate(opened.pages, start=1):
            drawn = set()
            instructions: Any = pikepdf.parse_content_stream(one)
            for operands, operator in instructions:
                if str(operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
                    drawn.add(int(operands[1].MCID))
            here: Any = one.obj.objgen
            missing = drawn - reached.get(here, set())
            if missing:
                found.append(f"page {at}: {sorted(missing)[:5]} of {len(drawn)} are loose")
    return found


def _walk(node: Any, where: tuple[int, int] | None, reached: dict[tuple[int, int], set[int]]) -> None:
    todo: list[tuple[Any, tuple[int, int] | None]] = [(node, where)]
    while todo:
        current, spot = todo.pop()
        if isinstance(current, int):
            assert spot is not None
            reached.setdefault(spot, set()).add(current)
        elif isinstance(current, pikepdf.Array):
            todo.extend((kid, spot) for kid in current)
        elif isinstance(current, pikepdf.Dictionary):
            spot = current.Pg.objgen if "/Pg" in current else spot
            if "/MCID" in current and spot is not None:
                reached.setdefault(spot, set()).add(int(current.MCID))
            if "/K" in current:
                todo.append((current.K, spot))


def attached_names(content: bytes) -> list[str]:
    """The files inside a PDF."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        return sorted(opened.attachments)


def pages_text(content: bytes, folder: Path) -> list[str]:
    """The text of each page, spaces made single, by poppler."""
    path = folder / "text.pdf"
    path.write_bytes(content)
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return [" ".join(one.split()) for one in run.stdout.decode().split("\f")[:-1]]


def metadata(content: bytes) -> str:
    """Everything that the information dictionary and the XMP say, as one text."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        info = " ".join(f"{key}={value}" for key, value in opened.docinfo.items())
        return info + opened.Root.Metadata.read_bytes().decode()


def everything(content: bytes) -> str:
    """All that can be taken out of a PDF by any means: its bytes, every string and name, every stream as it lies there,
    unpacked, and read as 16-bit text, and what its fonts say that is drawn."""
    found = [content.decode("latin-1")]
    with pikepdf.open(io.BytesIO(content)) as opened:
        for one in opened.objects:
            _strings(one, found, depth=8)
            if isinstance(one, pikepdf.Stream):
                data = one.read_raw_bytes()
                found.append(data.decode("latin-1"))
                if one.get("/Subtype") != "/Image":
                    data = one.read_bytes()
                found += [
                    data.decode("latin-1"),
                    data.decode("utf-16-be", "ignore"),
                    data[1:].decode("utf-16-be", "ignore"),
                ]
    run = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return "\n".join([*found, run.stdout.decode()])


def _strings(value: Any, found: list[str], depth: int) -> None:
    if isinstance(value, pikepdf.String | pikepdf.Name):
        found.append(str(value))
    elif depth and isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        for key in value.keys():  # noqa: SIM118 (a pikepdf dictionary is no mapping)
            found.append(str(key))
            if key not in {"/Parent", "/P", "/Pg", "/K"}:
                _strings(value[key], found, depth - 1)
    elif depth and isinstance(value, pikepdf.Array):
        for one in value:
            _strings(one, found, depth - 1)


def images(content: bytes) -> set[bytes]:
    """Every picture in a PDF, drawn or not, as it lies there."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        streams = (one for one in opened.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image")
        return {one.read_raw_bytes() for one in streams}
