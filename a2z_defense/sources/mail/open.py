"""A mail source's words (`--mail`, `mail.sources`) -> the mailbox that they mean."""

from __future__ import annotations

from pathlib import Path

from a2z_defense.base.errors import UsageError
from a2z_defense.sources.mail.interface import Mailbox, MailOptions

EXPECTED = "an .eml file, a folder, an mbox (also gzip'd), a Maildir, a .zip of .eml files, or imaps://user@host/Folder"


def open_mailbox(spec: str, options: MailOptions) -> Mailbox:
    """The mailbox that `spec` names. Nothing is read and no server is asked yet.

    Raises UsageError for a path that does not exist and for an address that is none.
    """
    if "://" in spec:
        from a2z_defense.sources.mail.imap import ImapMailbox
        from a2z_defense.sources.mail.imap_address import read_imap_address

        return ImapMailbox(read_imap_address(spec), options)
    from a2z_defense.sources.mail.files import EmlFile, EmlFolder, Maildir, ZipFile
    from a2z_defense.sources.mail.mbox import MboxFile

    path = Path(spec).expanduser()
    try:
        if path.is_dir():
            return (Maildir if _is_maildir(path) else EmlFolder)(path, options)
        with path.open("rb") as stream:
            head = stream.read(64)
    except FileNotFoundError:
        raise UsageError(f"there is no mail source {spec!r}", expected=EXPECTED, remedy="check the path") from None
    except OSError as why:
        raise UsageError(
            f"the mail source {spec!r} cannot be opened: {why.strerror or type(why).__name__}",
            expected=EXPECTED,
            remedy="check the path and the file's permissions",
        ) from None
    suffix = path.suffix.lower()
    if head.startswith(b"PK\x03\x04") or suffix == ".zip":
        return ZipFile(path, options)
    if suffix != ".eml" and (head.startswith((b"From ", b"\x1f\x8b")) or suffix in (".mbox", ".mbx", ".mboxrd", ".gz")):
        return MboxFile(path, options)
    return EmlFile(path, options)


def _is_maildir(path: Path) -> bool:
    if (path / "cur").is_dir() and (path / "new").is_dir():
        return True
    # A Maildir++ root may hold only subfolders, like `.INBOX/cur`.
    return any((found / "cur").is_dir() and (found / "new").is_dir() for found in path.iterdir() if found.is_dir())
