"""`imaps://user@host:port/Folder,Folder` taken apart. Never with a password: those come from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from a2z_defense.base.errors import UsageError

EXPECTED = "imaps://user@host/Folder (TLS) or imap://user@host/Folder (STARTTLS), several folders with commas"
PORTS = {"imaps": 993, "imap": 143}


@dataclass(frozen=True)
class ImapAddress:
    """Where an IMAP mailbox is."""

    tls: bool
    """True: TLS from the first byte; False: STARTTLS before anything else is said."""
    user: str
    host: str
    port: int
    folders: tuple[str, ...]

    @property
    def name(self) -> str:
        """The address, without a password, as cursors and messages carry it."""
        scheme = "imaps" if self.tls else "imap"
        return f"{scheme}://{self.user}@{self.host}:{self.port}/{','.join(self.folders)}"


def read_imap_address(text: str) -> ImapAddress:
    """`text` taken apart. Raises UsageError for anything else, and for one that carries a password."""
    scheme, _, rest = text.partition("://")
    if scheme not in PORTS:
        raise UsageError(f"{scheme}:// is no mail source", expected=EXPECTED, remedy="use imaps:// or imap://")
    authority, _, path = rest.partition("/")
    user, at, place = authority.rpartition("@")
    if not at or not user or not place:
        raise UsageError("the IMAP address names no user or no host", expected=EXPECTED, remedy="write user@host")
    if ":" in user:
        raise UsageError(
            "the IMAP address carries a password",
            expected=EXPECTED,
            remedy="leave the password out: set A2Z_IMAP_PASSWORD, or keep it in the keyring",
        )
    host, port = _host(place, PORTS[scheme])
    folders = tuple(unquote(name) for name in path.split(",") if name) or ("INBOX",)
    if any(ord(letter) < 32 for letter in user + host + "".join(folders)):
        raise UsageError("the IMAP address has control characters", expected=EXPECTED, remedy="write it by hand")
    return ImapAddress(tls=scheme == "imaps", user=unquote(user), host=host, port=port, folders=folders)


def _host(place: str, default: int) -> tuple[str, int]:
    if place.startswith("["):
        host, _, rest = place[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    if port and (not port.isdecimal() or not 0 < int(port) < 65536):
        raise UsageError(f"{port!r} is no port", expected=EXPECTED, remedy="write a number after the colon, or nothing")
    return host, int(port) if port else default
