"""The exhibits: where each came from, and what it says. Raw bytes stay in the package; here is what a person reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.fitting import lines_of
from a2z_defense.documents.views.page import Show, Words
from a2z_defense.documents.views.titles import attached_as, entry_of, mail_of, title_of
from a2z_defense.model.case import Case
from a2z_defense.model.entries import TRANSLATION, Entry
from a2z_defense.model.evidence import Evidence, EvidenceKind
from a2z_defense.readers.mail.letter import read_letter
from a2z_defense.readers.mail.mime import Troubles

_TEXT_LIMIT, _LINE_LIMIT = 40_000, 500
"""Characters and lines of a text exhibit that are printed; about ten pages. The whole is in the package, and it is said
so."""
_SHARED = 220.0
"""Millimetres of an exhibit that still shares a page with others: it surely fits on one (`style.css` leaves 251)."""
_HEAD, _HEADING, _LINE, _PARAGRAPH, _ROW, _ROW_LINE, _ORIGIN_LINE = 22.0, 11.0, 4.7, 0.8, 6.0, 3.8, 3.8
_TEXT, _CELL, _ORIGIN = 48.0, 44.0, 62.0
"""Millimetres of its parts, and the widths of its columns in em, as `style.css` sets them."""


_SHOWN_ABOVE = ("kind", "claim_id", "clock")
"""Fields of an entry that its title, the page and its origin tell."""


@dataclass(frozen=True)
class Sheet:
    """One page of an exhibit as a picture."""

    resource: str
    """Name in the renderer's table."""
    media_type: str
    content: bytes
    wide: bool
    """Wider than high."""
    text: str = ""
    """The words on it, for a page of a PDF."""


@dataclass(frozen=True)
class Prepared:
    """A seller's file, made ready: its pages as pictures, or its text, or why not."""

    sheets: tuple[Sheet, ...] = ()
    text: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    """(phrase key, value): size in pixels, the camera's time and place."""
    trouble: str | None = None
    """Phrase key of what is wrong with it: encrypted, damaged, too big."""
    pages_left_out: int = 0


@dataclass(frozen=True)
class Row:
    label: Phrase
    value: Words


@dataclass(frozen=True)
class Picture:
    resource: Phrase
    alt: Said
    stamp: Phrase
    wide: bool


@dataclass(frozen=True)
class Paragraph:
    text: Said
    direction: Phrase


@dataclass(frozen=True)
class Translation:
    """An unofficial translation, beside the original."""

    marked: Said
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Exhibit:
    letter: Phrase
    anchor: Phrase
    title: Said
    origin: tuple[Row, ...]
    rows: tuple[Row, ...]
    paragraphs: tuple[Paragraph, ...]
    pictures: tuple[Picture, ...]
    notes: tuple[Said, ...]
    cut: Said | None
    """The rule by which it was cut from a larger report."""
    own_page: bool
    readings: tuple[Said, ...] = field(default=())
    """What the seller read from it: "read by ... from exhibit X"."""
    translation: Translation | None = None


def exhibits_view(show: Show, body_of: Callable[[str], bytes], prepared: Mapping[str, Prepared]) -> tuple[Exhibit, ...]:
    """Every exhibit, in order."""
    return tuple(_exhibit(show, piece, body_of, prepared.get(piece.id)) for piece in show.facts.case.evidence)


def _exhibit(show: Show, piece: Evidence, body_of: Callable[[str], bytes], ready: Prepared | None) -> Exhibit:
    letter = show.letters.of(piece.id)
    title = title_of(show, piece)
    case = show.facts.case
    rows = tuple(_rows(show, piece, ready))
    text = _text(case, piece, body_of)
    if ready is not None and ready.text is not None:
        text = None if _is_read(case, piece) else ready.text
    notes = list(_notes(show, piece, ready))
    shown = "".join((text or "")[:_TEXT_LIMIT].splitlines(keepends=True)[:_LINE_LIMIT])
    if text is not None and len(shown) < len(text):
        text = shown
        notes.append(show.show(show.t("exhibit.text_cut", limit=len(shown)), piece.id))
    sheets = ready.sheets if ready else ()
    pictures = tuple(
        Picture(
            resource=Phrase(sheet.resource),
            alt=show.show(_alt(f"{show.t('doc.exhibit')} {letter}: {title} ({number}/{len(sheets)})", sheet), piece.id),
            stamp=show.t("exhibit.stamp", page=number, pages=len(sheets)),
            wide=sheet.wide,
        )
        for number, sheet in enumerate(sheets, start=1)
    )
    made = Exhibit(
        letter=letter,
        anchor=Phrase(f"x-{letter}"),
        title=title,
        origin=tuple(_origin(show, piece)),
        rows=tuple(Row(show.plain(name), show.show(value, piece.id)) for name, value in rows),
        cut=show.fill("exhibit.slice", rule=show.say(show.policy(piece.provenance.slicing or ""), piece.id)),
        paragraphs=tuple(paragraphs_of(show, text, piece.id)),
        pictures=pictures,
        notes=tuple(notes),
        own_page=bool(sheets),
        readings=tuple(_readings(show, piece)),
        translation=translation_of(show, piece.id),
    )
    return made if made.own_page or _height(made) <= _SHARED else replace(made, own_page=True)


def _height(one: Exhibit) -> float:
    """Millimetres that an exhibit without pictures takes. One that takes more than a page has its letter stamped on
    each."""
    origin = " · ".join(f"{row.label} {row.value}" for row in one.origin)
    told = [
        *(paragraph.text for paragraph in one.paragraphs),
        *one.notes,
        *one.readings,
        *([one.cut] if one.cut else []),
    ]
    if one.translation:
        told += [one.translation.marked, *(paragraph.text for paragraph in one.translation.paragraphs)]
    total = _HEAD + _ORIGIN_LINE * lines_of(origin, _ORIGIN) + _HEADING * (bool(one.rows) + bool(one.paragraphs))
    total += sum(_ROW + _ROW_LINE * (lines_of(row.value, _CELL) - 1) for row in one.rows)
    return total + sum(_PARAGRAPH + _LINE * lines_of(text, _TEXT) for text in told)


def _is_read(case: Case, piece: Evidence) -> bool:
    """A carrier's file that a reader read whole: its rows are printed, not its punctuation."""
    return any(one.evidence == piece.id for one in case.shipments)


def _alt(name: str, sheet: Sheet) -> str:
    """What a reader hears in place of the picture: its name, and the words on it when they are known."""
    words = " ".join(sheet.text.split())
    return f"{name}. {words[:600]}" if words else name


def _origin(show: Show, piece: Evidence) -> Iterator[Row]:
    told = piece.provenance
    source = " · ".join(part for part in (told.source, told.operation) if part)
    obtained = show.loc.both(told.obtained_at)
    if told.clock:
        obtained += f" · {show.t('exhibit.clock_set')}"
    rows = [
        ("source", source),
        ("from", told.origin),
        ("request", told.request_id or ""),
        ("status", str(told.status) if told.status else ""),
        ("obtained", obtained),
        ("content", _sized(show, piece.media_type, piece.size)),
        ("sha256", piece.sha256),
    ]
    for key, value in rows:
        if value:
            yield Row(show.t(f"exhibit.{key}"), show.show(value, piece.id))


def _sized(show: Show, media_type: str, size: int) -> str:
    return str(show.t("exhibit.size", media=Phrase(media_type), size=size))


def _rows(show: Show, piece: Evidence, ready: Prepared | None) -> Iterator[tuple[str, str]]:
    """What the reader found, as names and values."""
    case, flat = show.facts.case, show.flat
    things: list[object] = []
    if piece.kind is EvidenceKind.MAIL:
        mail = mail_of(case, piece.id)
        if mail:
            read = mail.read
            things = [read.notice, read.return_request, read.refund]
            yield from flat.rows(read.subject, flat.field("subject"))
            yield from flat.rows(read.sender, flat.field("from"))
            why = f"{show.t.colon}{show.policy(read.trust_why)}" if read.trust_why else ""
            yield flat.field("trust"), f"{flat.word(read.trust)}{why}"
            yield flat.field("threaded_by"), flat.word(mail.threaded_by, "threaded_by")
            for part in read.attachments:
                yield flat.field("attached_file"), f"{part.name} ({_sized(show, part.media_type, part.size)})"
            for trouble in read.troubles:
                yield flat.field("could_not_be_read"), show.policy(trouble)
    elif piece.kind is EvidenceKind.ENTRY:
        things = [_lettered(show, entry_of(case, piece.id))]
    else:
        entry = attached_as(case, piece.id)
        for name, value in (("note", entry.note), ("taken", entry.taken_at)) if entry else ():
            yield from flat.rows(value, flat.field(name))
        things = [
            *(one for one in (case.order, *case.earlier_orders) if one and one.evidence == piece.id),
            *(one for one in case.shipments if one.evidence == piece.id),
            *(one for one in case.labels if one.evidence == piece.id),
            *([case.finances] if case.finances and piece.id in case.finances.evidence else []),
            *(one for one in case.returns if one.evidence == piece.id),
            *(one for one in case.listings if one.evidence == piece.id),
            *(one for one in (case.messaging, case.account_health) if one and one.evidence == piece.id),
        ]
    shown = {flat.field(name) for name in _SHOWN_ABOVE} if piece.kind is EvidenceKind.ENTRY else set()
    for thing in things:
        yield from (row for row in flat.rows(thing) if row[0] not in shown)
    for name, value in ready.facts if ready else ():
        yield flat.field(name), value


def _lettered(show: Show, entry: Entry | None) -> Entry | None:
    """An entry that names exhibits by their letters, as a reader of the record looks for them."""

    if entry is None:
        return None
    told = {name: getattr(entry, name) for name in ("file", "from_exhibit", "proof")}
    known = {name: exhibit for name, exhibit in told.items() if exhibit and show.facts.known(exhibit)}
    word = show.t("doc.exhibit")
    return entry.model_copy(update={name: f"{word} {show.letters.of(exhibit)}" for name, exhibit in known.items()})


def _text(case: Case, piece: Evidence, body_of: Callable[[str], bytes]) -> str | None:
    """The text of a mail: a message's own words as read, else the mail's plain text. None: it is no text."""
    if piece.kind is not EvidenceKind.MAIL:
        return None
    mail = mail_of(case, piece.id)
    if mail and mail.read.message:
        quoted = mail.read.message.quoted
        return mail.read.message.text + (f"\n\n> {quoted.replace(chr(10), chr(10) + '> ')}" if quoted else "")
    return mail_text(body_of(piece.id))


def mail_text(raw: bytes) -> str | None:
    """The text of a raw mail; None when it has none."""
    return read_letter(raw, Troubles()).text.strip() or None


def paragraphs_of(show: Show, text: str | None, exhibit: str) -> Iterator[Paragraph]:
    """The lines of a text from outside, each in its own direction."""
    for line in (text or "").splitlines():
        if line.strip():
            said, runs = show.line(line, exhibit)
            yield Paragraph(said, Phrase(runs))


def translation_of(show: Show, exhibit: str) -> Translation | None:
    """The seller's translation of an exhibit, marked with who gave it and when."""
    given = show.facts.translation_of(exhibit)
    if given is None:
        return None
    by, on = show.show(given.by or "-", given.id), show.show(show.loc.at(given.at), given.id)
    marked = show.t("exhibit.translation", by=by, on=on)
    return Translation(marked, tuple(paragraphs_of(show, given.value, given.id)))


def _notes(show: Show, piece: Evidence, ready: Prepared | None) -> Iterator[Said]:
    mail = mail_of(show.facts.case, piece.id)
    if mail and piece.id in mail.also:
        yield show.show(show.t("exhibit.copy_of", letter=show.letters.of(mail.evidence)), piece.id)
    if mail and mail.released:
        yield show.show(show.t("exhibit.released"), piece.id)
    if ready and ready.trouble:
        yield show.show(show.t(f"exhibit.{ready.trouble}"), piece.id)
    if ready and ready.pages_left_out:
        yield show.show(show.t("exhibit.pages_left_out", count=ready.pages_left_out), piece.id)
    if piece.kind is EvidenceKind.RETURNS and not any(row.evidence == piece.id for row in show.facts.case.returns):
        yield show.show(show.t("exhibit.no_rows"), piece.id)


def _readings(show: Show, piece: Evidence) -> Iterator[Said]:
    for entry in show.facts.case.entries:
        if entry.from_exhibit == piece.id and entry.fact and entry.fact != TRANSLATION:
            yield show.t(
                "exhibit.reading",
                fact=show.show(show.flat.field(entry.fact), entry.id),
                value=show.show(show.flat.word(entry.value or "", "value"), entry.id),
                by=show.show(entry.by or "-", entry.id),
                on=show.show(show.loc.at(entry.at), entry.id),
            )
