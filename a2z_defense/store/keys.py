"""The key that encrypts the evidence: from a command, a file, the keyring, else a 0600 file made on first use."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from a2z_defense.base.atomic import private_folder, write_atomic
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError

KEY_BYTES = 32
SERVICE = "a2z"
"""Service name in the keyring."""


@dataclass(frozen=True)
class Key:
    """A master key and the two keys derived from it."""

    master: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """Eight bytes that name the key without telling it."""
        return hashlib.sha256(b"a2z key id\0" + self.master).digest()[:8]

    @property
    def encryption(self) -> bytes:
        return hmac.digest(self.master, b"a2z encryption", "sha256")

    def name(self, digest: str) -> str:
        """Keyed digest of `digest`: the file name of a blob, or an index key that tells nothing."""
        return hmac.digest(hmac.digest(self.master, b"a2z names", "sha256"), digest.encode(), "sha256").hex()


@dataclass(frozen=True)
class KeyRing:
    """The key in force first, then older ones that blobs may still be under after an interrupted rotation."""

    keys: tuple[Key, ...]
    origin: str

    @property
    def current(self) -> Key:
        return self.keys[0]

    def names(self, digest: str) -> set[str]:
        """What a blob of that digest may be called, under each of the keys."""
        return {key.name(digest) for key in self.keys}

    def by_id(self, key_id: bytes) -> Key | None:
        return next((key for key in self.keys if key.id == key_id), None)


def load_keys(environment: Environment, *, create: bool) -> KeyRing:
    """The keys of this home.

    Raises ConfigurationError when the configured place gives none, or none is there and `create` is false.
    """
    files = environment.settings.files
    if files.key_command:
        return KeyRing(_parse(_run(files.key_command), "the key command"), "command")
    if files.key is not None:
        return KeyRing(_parse(_read(files.key), str(files.key)), "file")
    path = environment.home.key_file
    if path.exists():
        return KeyRing(_parse(_read(path), str(path)), "file")
    found = from_keyring("store-key", environment.variables)
    if found:
        return KeyRing(_parse(found, "the keyring"), "keyring")
    if not create:
        raise ConfigurationError(
            f"the key of {environment.home.root} is gone",
            expected=f"the file {path.name}, a keyring entry, or files.key_command, as when the evidence was stored",
            remedy="restore it from your backup. Without it nobody can read the evidence, what was sent, and where "
            "copies of builds lie; the queue, the journal and the builds themselves can be read. With no backup, move "
            "A2Z_HOME aside and fetch again",
        )
    private_folder(environment.home.root)
    write_keys(path, (Key(secrets.token_bytes(KEY_BYTES)),))
    return KeyRing(_parse(_read(path), str(path)), "file")


def write_keys(path: Path, keys: tuple[Key, ...]) -> None:
    """The keys as hexadecimal lines, the one in force first, readable by this user alone."""
    write_atomic(path, "".join(f"{key.master.hex()}\n" for key in keys).encode())


def new_key() -> Key:
    return Key(secrets.token_bytes(KEY_BYTES))


def from_keyring(name: str, variables: Mapping[str, str]) -> str | None:
    """The keyring's entry, or None: no keyring on a server is no error, and nothing may prompt."""
    if variables.get("A2Z_KEYRING", "").strip().lower() in ("off", "no", "0"):
        return None
    try:
        import keyring
        from keyring.backends.fail import Keyring as NoKeyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        if isinstance(keyring.get_keyring(), NoKeyring):
            return None
        return keyring.get_password(SERVICE, name)
    except (KeyringError, RuntimeError, OSError):
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as why:
        raise ConfigurationError(
            f"the key file {path} cannot be read: {type(why).__name__}",
            expected="hexadecimal lines of 64 digits",
            remedy="restore the file from your backup; without it the evidence stays unreadable",
        ) from None


def _run(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S602 - the user's own command from the user's own configuration
            command, shell=True, capture_output=True, text=True, timeout=60, check=True
        )
    except (subprocess.SubprocessError, UnicodeDecodeError) as why:
        raise ConfigurationError(
            f"files.key_command failed: {type(why).__name__}",
            expected="a command that prints the key as 64 hexadecimal digits",
            remedy="run the command by hand and see what it says",
        ) from None
    return done.stdout


def _parse(text: str, origin: str) -> tuple[Key, ...]:
    try:
        keys = tuple(Key(bytes.fromhex(line)) for line in text.split())
    except ValueError:
        keys = ()
    if not keys or any(len(key.master) != KEY_BYTES for key in keys):
        raise ConfigurationError(
            f"{origin} holds no key",
            expected="hexadecimal lines of 64 digits, the key in force first",
            remedy="restore the key from your backup; a2z never replaces one that is there",
        )
    return keys
