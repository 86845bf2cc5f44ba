"""Encrypted, content-addressed blobs: AES-256-GCM, a nonce for each, named by a keyed digest of the plaintext's digest.

File: `A2Z1`, 8 bytes of key id, 12 bytes of nonce, ciphertext with tag. The name is authenticated too, so that two
blobs cannot be swapped.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from a2z_defense.base.atomic import PRIVATE_FILE, private_folder, sync_folder, write_atomic
from a2z_defense.store.errors import BlobDamaged, OtherKey
from a2z_defense.store.keys import Key, KeyRing

MAGIC = b"A2Z1"
KEY_ID_BYTES = 8
NONCE_BYTES = 12
NAME_LETTERS = 64
READ_ONLY_FILE = 0o400
ASKED = 5
"""Columns that are looked at for the key that they are under: one of them may be damaged."""
DAMAGED = ".damaged"
"""Ends the name of a blob that was set aside."""
MANY = 16
"""From this many new blobs on, one sync of the file system beats an fsync of each (measured: 1.9-2.4 x)."""


def _aside(path: Path) -> Path:
    """Where a damaged blob is put."""
    return path.with_name(f"{path.name}{DAMAGED}")


def is_under(database: Path, keys: KeyRing) -> bool:
    """Whether what the database holds was sealed under one of these keys. True for an empty one, and for one that
    cannot be read: whoever reads it next says that."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            query = "SELECT provenance FROM evidence WHERE provenance IS NOT NULL ORDER BY seq DESC LIMIT ?"
            sealed = [row[0] for row in connection.execute(query, (ASKED,))]
    except sqlite3.Error:
        return True
    return not sealed or any(keys.by_id(one[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES]) for one in sealed)


class Blobs:
    """A folder of blobs. `sealed`: files that not even this user may write to, for what was handed to somebody."""

    def __init__(self, root: Path, keys: KeyRing, *, sealed: bool = False) -> None:
        self.root = root
        self.keys = keys
        self._mode = READ_ONLY_FILE if sealed else PRIVATE_FILE
        self._ciphers = {key.id: AESGCM(key.encryption) for key in keys.keys}

    def path(self, name: str) -> Path:
        return self.root / name[:2] / name

    def put_all(self, bodies: Iterable[bytes]) -> list[str]:
        """Write the bodies durably and return their names; one that is there already is not written again."""
        names: list[str] = []
        written: dict[str, Path] = {}
        for body in bodies:
            name = self.keys.current.name(hashlib.sha256(body).hexdigest())
            names.append(name)
            path = self.path(name)
            if name in written or path.exists():
                continue
            private_folder(path.parent)
            write_atomic(path, self.seal(body, name), mode=self._mode, sync=False)
            written[name] = path
        self._sync(list(written.values()))
        return names

    def _sync(self, paths: list[Path]) -> None:
        if len(paths) >= MANY:
            os.sync()
            return
        for path in paths:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        for folder in {path.parent for path in paths}:
            sync_folder(folder)
        if paths:
            sync_folder(self.root)

    def get(self, name: str) -> bytes:
        """The plaintext of a blob. Raises BlobDamaged when it is gone, cut, changed or under another key.

        One that was cut or changed is set aside as `<name>.damaged`, so that the same bytes, when they come in again,
        are written in its place.
        """
        path = self.path(name)
        try:
            sealed = path.read_bytes()
        except OSError as why:
            was = f"was set aside as {name[:12]}...{DAMAGED}" if _aside(path).exists() else type(why).__name__
            raise BlobDamaged(
                f"the file {path} cannot be read: {was}",
                expected="bytes as they were written",
                remedy="restore that file from your backup",
            ) from None
        try:
            return self.open(sealed, name)
        except OtherKey:
            raise
        except BlobDamaged:
            with suppress(OSError):
                path.rename(_aside(path))
            raise

    def is_there(self, name: str) -> bool:
        """True when a file of that name lies in the folder."""
        return self.path(name).exists()

    def seal(self, body: bytes, name: str, key: Key | None = None) -> bytes:
        """Encrypt `body`, bound to `name`."""
        used = key or self.keys.current
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = self._ciphers.get(used.id) or AESGCM(used.encryption)
        return MAGIC + used.id + nonce + cipher.encrypt(nonce, body, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Decrypt what `seal` made."""
        head = len(MAGIC)
        what = f"the blob {name[:12]}..." if len(name) == NAME_LETTERS else name
        cipher = self._ciphers.get(sealed[head : head + 8])
        if cipher is None and sealed[:head] == MAGIC:
            raise OtherKey(
                f"{what} is not under the key of this home",
                expected="the key that it was written with",
                remedy="put that key back, from your backup: without it nobody can read the evidence",
            )
        nonce = sealed[head + 8 : head + 8 + NONCE_BYTES]
        try:
            if cipher is not None and sealed[:head] == MAGIC:
                return cipher.decrypt(nonce, sealed[head + 8 + NONCE_BYTES :], name.encode())
        except (InvalidTag, ValueError):  # the second: too short to hold a nonce
            pass
        raise BlobDamaged(
            f"{what} was changed or cut short",
            expected="bytes as they were written",
            remedy=f"restore it from your backup, under {self.root}",
        )

    def remove(self, name: str) -> None:
        """Remove a blob; one that is gone already is fine."""
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every blob that lies in the folder."""
        if self.root.exists():
            for folder in sorted(self.root.iterdir()):
                if folder.is_dir():
                    yield from (path.name for path in sorted(folder.iterdir()) if not path.name.startswith("."))
