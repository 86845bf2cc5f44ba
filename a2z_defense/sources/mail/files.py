"""Mails in files: one .eml, a folder, a Maildir, a .zip. Each is read whole every time: storing is idempotent."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO

from a2z_defense.base.errors import SourceError
from a2z_defense.sources.mail.interface import MailOptions, MailTrouble, RawMail

MAX_RATIO = 200
"""A zip member that grows more than this is a bomb: mail text shrinks to a tenth, rarely to a fiftieth."""
SMALL = 10_000_000
"""Below this many bytes no ratio is looked at."""
MAX_MEMBERS = 200_000

_DATE = re.compile(rb"^date[ \t]*:[ \t]*([^\r\n]{6,100})", re.IGNORECASE | re.MULTILINE)


def surely_older(raw: bytes, options: MailOptions) -> bool:
    """True when the mail's own date says that it is older than `since`. In doubt it is not."""
    if options.since is None:
        return False
    found = _DATE.search(raw[:65_536])
    if found is None:
        return False
    try:
        sent = parsedate_to_datetime(found[1].decode("ascii", "replace"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return sent.tzinfo is not None and sent < options.since


def too_large(origin: str, size: int, options: MailOptions) -> MailTrouble:
    """The trouble of a mail over the limit."""
    limit = options.max_message_bytes
    return MailTrouble(origin, f"the mail has {size:,} bytes; expected at most {limit:,} (mail.max_message_bytes)")


def read_file(path: Path, origin: str, operation: str, options: MailOptions) -> RawMail | MailTrouble | None:
    """One file as a mail; None for one that is older than asked for."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > options.max_message_bytes:
                return too_large(origin, size, options)
            raw = stream.read(options.max_message_bytes + 1)
    except FileNotFoundError:
        raise
    except OSError as why:
        return MailTrouble(origin, f"the file cannot be read: {why.strerror or type(why).__name__}")
    if not raw.strip():
        return MailTrouble(origin, "the file is empty; expected a mail", raw or None)
    if surely_older(raw, options):
        return None
    return RawMail(raw, operation, origin, options.now())


@dataclass
class OnDisk:
    """A mailbox in a file or a folder: read whole every time, so it keeps no cursor."""

    path: Path
    options: MailOptions
    cursor: str | None = None

    @property
    def name(self) -> str:
        return str(self.path)


class EmlFile(OnDisk):
    """One .eml file."""

    def fetch(self, cursor: str | None) -> Iterator[RawMail | MailTrouble]:  # noqa: ARG002
        try:
            found = read_file(self.path, self.path.name, "eml", self.options)
        except FileNotFoundError:
            yield MailTrouble(self.path.name, "the file went away while it was read")
            return
        if found is not None:
            yield found


class EmlFolder(OnDisk):
    """A folder of .eml files, with the folders inside it."""

    def fetch(self, cursor: str | None) -> Iterator[RawMail | MailTrouble]:  # noqa: ARG002
        empty = True
        for folder, folders, files in os.walk(self.path):
            folders.sort()
            for name in sorted(files):
                if not name.lower().endswith(".eml"):
                    continue
                empty = False
                path = Path(folder) / name
                origin = path.relative_to(self.path).as_posix()
                try:
                    found = read_file(path, origin, "eml", self.options)
                except FileNotFoundError:
                    found = MailTrouble(origin, "the file went away while the folder was read")
                if found is not None:
                    yield found
        if empty:
            yield MailTrouble(
                self.path.name, "the folder holds no .eml file; expected some, or a Maildir with cur and new"
            )


class Maildir(OnDisk):
    """A Maildir, with its subfolders. Mails may be delivered, moved and flagged while it is read."""

    def fetch(self, cursor: str | None) -> Iterator[RawMail | MailTrouble]:  # noqa: ARG002
        for folder in self._folders():
            yield from self._read(folder)

    def _folders(self) -> list[Path]:
        return sorted(
            found.parent for found in self.path.rglob("cur") if found.is_dir() and (found.parent / "new").is_dir()
        )

    def _read(self, folder: Path) -> Iterator[RawMail | MailTrouble]:
        seen: set[str] = set()
        for _ in range(3):
            fresh = False
            for path in self._listed(folder):
                unique = path.name.partition(":")[0]
                if unique in seen:
                    continue
                origin = f"{folder.relative_to(self.path).as_posix()}/{unique}".removeprefix("./")
                try:
                    found = read_file(path, origin, "maildir", self.options)
                except FileNotFoundError:
                    # A mail program has just moved or flagged it: it is there under another name in the next round.
                    fresh = True
                    continue
                seen.add(unique)
                if found is not None:
                    yield found
            if not fresh:
                return

    @staticmethod
    def _listed(folder: Path) -> list[Path]:
        found: list[Path] = []
        for name in ("new", "cur"):
            with os.scandir(folder / name) as entries:
                found.extend(Path(entry.path) for entry in entries if not entry.name.startswith("."))
        return sorted(found, key=lambda path: path.name)


class ZipFile(OnDisk):
    """A .zip of .eml files. Nothing is unpacked to the disk; what else it holds is left alone."""

    def fetch(self, cursor: str | None) -> Iterator[RawMail | MailTrouble]:  # noqa: ARG002
        try:
            with zipfile.ZipFile(self.path) as archive:
                members = [found for found in archive.infolist() if found.filename.lower().endswith(".eml")]
                if len(members) > MAX_MEMBERS:
                    yield MailTrouble(
                        self.path.name, f"{len(members):,} mails; only the first {MAX_MEMBERS:,} are read"
                    )
                for member in members[:MAX_MEMBERS]:
                    found = self._member(archive, member)
                    if found is not None:
                        yield found
        except (zipfile.BadZipFile, OSError, NotImplementedError) as why:
            raise SourceError(
                f"the archive {self.path.name} cannot be read: {type(why).__name__}",
                expected="a .zip of .eml files",
                remedy="export it again, or unpack it and give the folder",
            ) from None

    def _member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> RawMail | MailTrouble | None:
        origin = f"{self.path.name}/{member.filename}"
        limit = self.options.max_message_bytes
        if member.file_size > limit:
            return too_large(origin, member.file_size, self.options)
        if member.file_size > SMALL and member.file_size > MAX_RATIO * max(1, member.compress_size):
            return MailTrouble(origin, f"the member grows more than {MAX_RATIO} times; expected a mail, not a zip bomb")
        raw = b""
        try:
            with archive.open(member) as stream:
                raw = _read_up_to(stream, limit + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            NotImplementedError,
            EOFError,
            OSError,
            ValueError,
        ) as why:
            return MailTrouble(origin, f"the member cannot be unpacked: {type(why).__name__}", raw or None)
        if len(raw) > limit:
            return too_large(origin, len(raw), self.options)
        if not raw.strip():
            return MailTrouble(origin, "the member is empty; expected a mail", raw or None)
        return None if surely_older(raw, self.options) else RawMail(raw, "zip", origin, self.options.now())


def _read_up_to(stream: IO[bytes], limit: int) -> bytes:
    pieces: list[bytes] = []
    left = limit
    while left > 0 and (piece := stream.read(min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
