"""`a2z attach`: a file of the seller's as evidence."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from a2z_defense.base.errors import UsageError
from a2z_defense.cli import common
from a2z_defense.model.entries import AttachmentKind, Mask


def register(app: typer.Typer) -> None:
    app.command(name="attach", help="Attach a file to a claim, as what it shows.")(attach)


def attach(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="The claim.")] = "",
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The file.")] = None,
    kind: Annotated[AttachmentKind | None, typer.Option("--as", help="What it shows.")] = None,
    note: Annotated[str, typer.Option("--note", help="A note for the internal bundle.")] = "",
    taken: Annotated[str, typer.Option("--taken", metavar="INSTANT", help="When it was taken.")] = "",
    parcel: Annotated[
        str, typer.Option("--parcel", metavar="NUMBER", help="The tracking number it is about, of several.")
    ] = "",
    mask: Annotated[
        list[str] | None,
        typer.Option(
            "--mask", metavar="X,Y,W,H", help="Pixels to take out of the picture in the buyer's set; repeatable."
        ),
    ] = None,
    inbox: Annotated[
        Path | None, typer.Option("--inbox", metavar="DIR", help="Place every file of a folder by the ids in it.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--table", metavar="FILE", help="A carrier's or warehouse's exported table.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", metavar="FILE", help="Says what the table's columns are, when a2z does not know them."
        ),
    ] = None,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        if inbox is not None:
            _inbox(run, inbox, kind)
            return
        if table is not None or mapping is not None:
            _table(run, table, mapping)
            return
        if not claim or file is None or kind is None:
            given = [name for name, value in (("CLAIM", claim), ("FILE", file), ("--as", kind)) if value]
            raise UsageError(
                "got " + (", ".join(given) or "nothing"),
                expected="a2z attach CLAIM FILE --as KIND, or a2z attach --inbox DIR",
                remedy=f"KIND is one of {', '.join(AttachmentKind)}",
            )
        from a2z_defense.base.instants import parse_instant
        from a2z_defense.jobs.entries import attach as keep
        from a2z_defense.jobs.shown import attached

        said = keep(
            run.environment,
            claim,
            file,
            kind,
            note=note or None,
            parcel=parcel or None,
            masks=tuple(_mask(one) for one in mask or ()),
            taken_at=parse_instant(taken, what="--taken") if taken else None,
        )
        doubts = attached(run.environment, kind, file.read_bytes())
        for doubt in doubts:
            run.say(f"warning: {file.name}: {doubt}")
        run.warn_of_another(said.claim_id)
        if json:
            run.emit({"claim_id": said.claim_id, "exhibit": said.file, "kind": kind.value, "warnings": list(doubts)})
        else:
            from a2z_defense.jobs.stated import after_attaching

            run.print(f"{said.claim_id}: {file.name} attached as {kind.value}, exhibit {said.file}")
            run.print(f"Next: {after_attaching(run.environment, said)}")


def _mask(text: str) -> Mask:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageError(
            f"--mask is {text!r}",
            expected="four whole numbers: left, top, width, height in pixels of the upright picture",
            remedy="--mask 120,40,300,60",
        )
    left, top, width, height = map(int, parts)
    return left, top, width, height


def _inbox(run: common.Terminal, folder: Path, kind: AttachmentKind | None) -> None:
    from a2z_defense.jobs.inbox import place

    placed, left_over = place(run.environment, folder, kind)
    for found in placed:
        for warning in found.warnings:
            run.say(f"warning: {found.file}: {warning}")
    if run.json:
        run.emit({"placed": [asdict(found) for found in placed], "not_placed": [asdict(left) for left in left_over]})
        return
    for found in placed:
        run.print(f"{found.claim_id}: {found.file} attached as {found.kind} (by {found.by})")
    for left in left_over:
        run.print(f"not placed: {left.file}: {left.why}")
    if not placed and not left_over:
        run.print(f"{folder} holds no file")
    for step in dict.fromkeys(found.next for found in placed):
        run.print(f"Next: {step}")


def _table(run: common.Terminal, table: Path | None, mapping: Path | None) -> None:
    if table is None:
        raise UsageError(
            "got --mapping without --table",
            expected="a2z attach --table EXPORT.csv --mapping MAPPING.toml",
            remedy="docs/carrier-files.md shows a mapping",
        )
    from a2z_defense.jobs.carrier_table import read_table

    done = read_table(run.environment, table, mapping)
    for doubt in done.doubts:
        run.say(f"warning: {doubt}")
    if run.json:
        run.emit({"records": done.records, "placed": done.placed, "not_placed": done.not_placed})
        return
    run.print(f"{done.records} shipment(s) read, {done.not_placed} of them of no claim (kept).")
    for claim_id, count in done.placed.items():
        run.print(f"  {claim_id}  +{count}")
