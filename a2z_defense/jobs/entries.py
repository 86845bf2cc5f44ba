"""What the seller says of a claim: kept as evidence, then the claim is judged anew."""

from __future__ import annotations

import datetime as dt
import hashlib
import stat
from pathlib import Path

from sqlalchemy import Connection

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.base.media import media_type
from a2z_defense.jobs.named_numbers import PROOFS, named_numbers, text_in
from a2z_defense.model.entries import AttachmentKind, Entry, EntryKind, Mask
from a2z_defense.model.evidence import EvidenceKind, Observation, Provenance, as_piece
from a2z_defense.policy.parcels import forward_numbers
from a2z_defense.readers.entry import read_entry
from a2z_defense.store import claims, evidence, journal
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.store import Store, open_store

MAX_FILE_BYTES = 200_000_000
"""A file larger than this is no exhibit; a2z holds each piece in memory once."""


def entries(
    store: Store,
    connection: Connection,
    claim_id: str | None = None,
    *,
    only: tuple[EntryKind, ...] = tuple(EntryKind),
    lost: list[BlobDamaged] | None = None,
) -> list[Entry]:
    """The entries of one claim, or of all, oldest first. A damaged one is added to `lost`, or raised."""
    ids = claims.entry_ids(connection, claim_id, without=[kind for kind in EntryKind if kind not in only])
    found = evidence.get(store, connection, ids)
    pieces = evidence.pieces(store, connection, [found[entry_id] for entry_id in ids], lost)
    return [read_entry(piece) for piece in pieces]


def say(environment: Environment, wanted: str, entry: Entry, *, files: tuple[Path, ...] = ()) -> Entry:
    """Keep `entry` (and the file that comes with it) for the claim that `wanted` names, and judge the claim anew.

    `entry.claim_id`, `at`, `by` and `clock` are filled in here; the first of `files` becomes the entry's file (for
    an attachment) or its proof. All in one transaction; nothing that is damaged, and no fault of our own in judging,
    keeps what was said from being kept. Raises NoSuchClaim, UsageError.
    """
    from a2z_defense.jobs.assess import tables_of
    from a2z_defense.jobs.unjudged import refresh_anyway

    bodies = [(path, read_file(path)) for path in files]
    with open_store(environment) as store, store.writing() as connection:
        claim = claims.resolve(connection, wanted)
        for path, body in bodies:
            kept = keep_file(store, connection, path, body)
            field = "file" if entry.kind is EntryKind.ATTACHED else "proof"
            entry = entry.model_copy(update={field: kept, "file_name": name_of(path)})
        said = claims.add_entry(store, connection, stamped(store, entry, claim.claim_id))
        refresh_anyway(store, connection, claim, tables_of(environment))
        if said.attachment is AttachmentKind.CARRIER:  # the order's other claims rest on it too
            for other in claims.claims(connection, claim.order_id):
                if other.claim_id != claim.claim_id:
                    refresh_anyway(store, connection, other, tables_of(environment))
        return said


def stamped(store: Store, entry: Entry, claim_id: str) -> Entry:
    """`entry` with its claim, the instant, the clock's mark and who said it."""
    return entry.model_copy(
        update={
            "claim_id": claim_id,
            "at": store.environment.clock.now(),
            "clock": store.clock_mark,
            "by": journal.actor(),
        }
    )


def keep_file(store: Store, connection: Connection, path: Path, body: bytes) -> str:
    """Keep a seller's file as evidence; the same bytes are one piece. Returns its evidence id."""
    provenance = Provenance(
        source="seller",
        operation="attach",
        origin=name_of(path),
        obtained_at=store.environment.clock.now(),
        clock=store.clock_mark,
    )
    digest = hashlib.sha256(body).hexdigest()
    piece = as_piece(Observation(EvidenceKind.FILE, digest, body, media_type(body), provenance))
    evidence.add_within(store, connection, [piece], [provenance])
    return piece.evidence.id


def name_of(path: Path) -> str:
    """The file's name as text; what is no UTF-8 in it (a name from an old archive) is replaced."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def read_file(path: Path) -> bytes:
    """The bytes of a file of the seller's. Raises UsageError when it shows nothing, is too large or cannot be read."""
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            raise UsageError(
                f"{path} is no regular file",
                expected="a file",
                remedy="name the file itself; a2z attach --inbox DIR takes a folder",
            )
        if told.st_size == 0:
            raise UsageError(
                f"{path} is empty", expected="a file that shows something", remedy="copy it here once more"
            )
        if told.st_size > MAX_FILE_BYTES:
            raise UsageError(
                f"{path} has {told.st_size:,} bytes",
                expected=f"a file of at most {MAX_FILE_BYTES:,} bytes",
                remedy="attach the part that proves something: a photo, one page, one message",
            )
        return path.read_bytes()
    except OSError as why:
        raise UsageError(
            f"{path} cannot be read: {why.strerror}", expected="a file", remedy="mind the path and its permissions"
        ) from None


def new_entry(kind: EntryKind, **fields: object) -> Entry:
    """An entry to be handed to `say`, which fills in claim, instant and speaker."""
    unset = {"id": "", "claim_id": "", "at": dt.datetime(1970, 1, 1, tzinfo=dt.UTC)}
    return Entry.model_validate({**unset, "kind": kind, **fields})


def attach(
    environment: Environment,
    wanted: str,
    path: Path,
    kind: AttachmentKind,
    *,
    note: str | None = None,
    taken_at: dt.datetime | None = None,
    parcel: str | None = None,
    masks: tuple[Mask, ...] = (),
) -> Entry:
    """Attach a file to a claim, as what it shows; `parcel` is the tracking number that it is about, of several.

    `masks` are taken out of the picture in the buyer's set. Raises UsageError when they do not lie inside a picture.
    """
    _check(path, masks)
    numbers = _named(environment, wanted, read_file(path)) if kind in PROOFS else None
    entry = new_entry(
        EntryKind.ATTACHED,
        attachment=kind,
        note=note,
        taken_at=taken_at,
        parcel=parcel,
        masks=masks,
        numbers=numbers,
    )
    return say(environment, wanted, entry, files=(path,))


def _named(environment: Environment, wanted: str, body: bytes) -> tuple[str, ...] | None:
    """The tracking numbers that a proof's own text names; None when it holds no text."""
    from a2z_defense.jobs.unjudged import Unjudged, judge_anyway

    text = text_in(body)
    if not text.strip():
        return None
    judged, _ = judge_anyway(environment, wanted)
    return named_numbers(text, () if isinstance(judged, Unjudged) else forward_numbers(judged.gathered.case))


def _check(path: Path, masks: tuple[Mask, ...]) -> None:
    """Raise UsageError for a PDF that nobody could open, and for masks that hide nothing."""
    from a2z_defense.documents.files import Maker, sniff

    body = read_file(path)
    kind = sniff(body)
    # An encrypted PDF names it in its trailer, which is never compressed: only then is a process worth starting.
    locked = kind == "pdf" and b"/Encrypt" in body
    if not masks and not locked:
        return
    with Maker() as maker:
        if locked and maker.look(body).trouble == "encrypted":
            raise UsageError(
                f"{path} is an encrypted PDF",
                expected="a PDF that opens without a password",
                remedy="open it with its password, print it to a new PDF, and attach that",
            )
        if not masks:
            return
        ready = maker.make("x", body, masks=masks) if kind == "picture" else None
    if ready is None or not ready.sheets:
        raise UsageError(
            f"{path} has no such part to mask" if ready else f"{path} is no picture",
            expected="--mask LEFT,TOP,WIDTH,HEIGHT, inside the picture as it is seen upright",
            remedy="read the corners in a picture viewer; what is no picture never goes to the buyer and needs no mask",
        )


def exhibit_id(environment: Environment, wanted: str, exhibit: str) -> str:
    """The evidence id that `exhibit` names: an id, a unique part of one, an exhibit letter, or a file's name.

    Of a claim with damaged evidence the letters are not known: only ids and names count. Raises UsageError when it
    names none, or several.
    """
    from a2z_defense.jobs.gather import gather
    from a2z_defense.model.case import exhibit_letter

    with open_store(environment) as store, store.reading() as connection:
        lost: list[BlobDamaged] = []
        case = gather(store, connection, claims.resolve(connection, wanted), lost=lost).case
    letters = {} if lost else {exhibit_letter(number): piece.id for number, piece in enumerate(case.evidence)}
    names = {entry.file_name: entry.file for entry in case.entries if entry.file and entry.file_name}
    if exhibit in letters:
        return letters[exhibit]
    if exhibit in names:
        return names[exhibit] or ""
    found = [piece.id for piece in case.evidence if exhibit and exhibit in piece.id]
    if len(found) == 1:
        return found[0]
    if lost and not found:
        raise UsageError(
            f"{exhibit!r} names no exhibit that can be read, and {lost[0].got}",
            expected="the whole id of an exhibit, or the name of an attached file, while evidence is damaged",
            remedy=lost[0].remedy,
        )
    raise UsageError(
        f"{exhibit!r} names {len(found) or 'no'} exhibit(s) of this claim",
        expected="an evidence id, an exhibit letter, or the name of an attached file, as a2z show prints them",
        remedy=f"a2z show {wanted}",
    )
