"""A small IMAP server that lies: about sizes, about what it holds, and about how long its answers are."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

from support.proxy import stop_listening

Answer = Callable[[str, str], bytes | None]
"""(tag, command) -> what is sent; None: close the connection."""


def honest(mails: dict[int, bytes], *, sizes: dict[int, int] | None = None) -> Answer:
    """An IMAP server with these mails; `sizes` are those that it says, when they are not the true ones."""

    def answer(tag: str, command: str) -> bytes | None:
        words = command.upper()
        if words.startswith("LOGIN"):
            return f"{tag} OK in\r\n".encode()
        if words.startswith("CAPABILITY"):
            return f"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n".encode()
        if words.startswith("EXAMINE"):
            held = len(mails)
            return (
                f"* {held} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {max(mails, default=0) + 1}] x\r\n"
                f"{tag} OK [READ-ONLY] done\r\n"
            ).encode()
        if words.startswith("UID SEARCH"):
            return f"* SEARCH {' '.join(map(str, _searched(words, mails)))}\r\n{tag} OK done\r\n".encode()
        if words.startswith("UID FETCH"):
            return _fetched(tag, command, mails, sizes or {})
        if words.startswith("FETCH"):
            return _told(tag, command, mails)
        if words.startswith("LOGOUT"):
            return f"* BYE\r\n{tag} OK done\r\n".encode()
        return f"{tag} BAD what\r\n".encode()

    return answer


def _searched(words: str, mails: dict[int, bytes]) -> list[int]:
    first = int(re.findall(r"UID (\d+):", words)[0])
    found = [uid for uid in mails if uid >= first] or [max(mails)] if mails else []
    if "FROM" in words:
        return [uid for uid in found if b"From: a@amazon" in mails[uid]]
    return [uid for uid in found if b"amazon" in mails[uid]] if "TEXT" in words else found


def _told(tag: str, command: str, mails: dict[int, bytes]) -> bytes:
    """The UIDs at places of the folder."""
    places = [int(place) for place in re.findall(r"\d+", command.split("(")[0])]
    known = dict(enumerate(sorted(mails), start=1))
    lines = [
        f'* {place} FETCH (UID {known[place]} INTERNALDATE "14-Aug-2026 07:31:00 +0000")'
        for place in places
        if place in known
    ]
    return "\r\n".join([*lines, f"{tag} OK done", ""]).encode()


def _fetched(tag: str, command: str, mails: dict[int, bytes], sizes: dict[int, int]) -> bytes:
    uids = [int(uid) for uid in re.findall(r"\d+", command.split("(")[0].split("BODY")[0])]
    out = b""
    partial = re.search(r"<0\.(\d+)>", command)
    for number, uid in enumerate(mails, start=1):
        if uid not in uids:
            continue
        raw = mails[uid]
        if "RFC822.SIZE" in command:
            out += f"* {number} FETCH (UID {uid} RFC822.SIZE {sizes.get(uid, len(raw))})\r\n".encode()
        elif partial:
            cut = raw[: int(partial[1])]
            out += f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(cut)}}}\r\n".encode() + cut + b")\r\n"
        else:
            out += f"* {number} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
    return out + f"{tag} OK done\r\n".encode()


class Liar:
    """The server. It serves one connection after the other over TLS."""

    def __init__(self, answer: Answer, cert: Path, key: Path) -> None:
        self.answer = answer
        self.commands: list[str] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(cert, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        stop_listening(self._listener)

    def _run(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as connection:
                self._serve(connection)

    def _serve(self, connection: ssl.SSLSocket) -> None:
        connection.sendall(b"* OK ready\r\n")
        with connection.makefile("rb") as stream:
            for line in stream:
                tag, _, command = line.decode("latin-1").strip().partition(" ")
                self.commands.append(command)
                found = self.answer(tag, command)
                if found is None:
                    return
                connection.sendall(found)
                if command.upper().startswith("LOGOUT"):
                    return
