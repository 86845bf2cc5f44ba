"""A small signed build, and its signatures with one thing changed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf

from a2z_defense.base.config import Settings, Signing
from a2z_defense.base.environment import Environment
from a2z_defense.bundle.signing import SIGNATURE
from a2z_defense.jobs.sign import sign
from a2z_defense.store.store import open_store
from support import bundles
from support.bundles import CLAIM, write_build
from support.certificates import PASSPHRASE
from support.homes import environment


def blank_pdf() -> bytes:
    """A PDF of one empty page."""
    document = pikepdf.new()
    document.add_blank_page()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def signing_home(root: Path, certificate: Path) -> Environment:
    """A home that signs with that certificate."""
    return environment(root, settings=Settings(signing=Signing(pkcs12=certificate)), A2Z_SIGNING_PASSPHRASE=PASSPHRASE)


def sign_folder(found: Environment, folder: Path, version: int = 1) -> list[str]:
    """Sign the build in `folder`; the names of what was written."""
    with open_store(found) as store:
        return [path.relative_to(folder).as_posix() for path in sign(store, CLAIM, version, folder)]


def signed_build(root: Path, certificate: Path, pdf: bytes) -> Path:
    """A build folder under `root`, signed."""
    kept = bundles.DOCUMENTS["audit-bundle.pdf"]
    bundles.DOCUMENTS["audit-bundle.pdf"] = pdf
    try:
        folder = write_build(root)
    finally:
        bundles.DOCUMENTS["audit-bundle.pdf"] = kept
    sign_folder(signing_home(root, certificate), folder)
    return folder


def der_of(folder: Path, name: str) -> bytes:
    """The DER of a signature, out of the PDF's room for it where it is one."""
    content = (folder / name).read_bytes()
    if name == SIGNATURE:
        return content
    start, end = room_of(content)
    held = bytes.fromhex(content[start + 1 : end - 1].decode())
    return held[: 4 + int.from_bytes(held[2:4], "big")]


def room_of(pdf: bytes) -> tuple[int, int]:
    """Where `<...>` of the signature begins and ends."""
    (found,) = re.findall(rb"/ByteRange ?\[ ?0 (\d+) (\d+) \d+ ?\]", pdf)
    before, after = int(found[0]), int(found[1])
    return before, after


def put_der(folder: Path, name: str, der: bytes) -> None:
    """Put another DER in the signature's place."""
    if name == SIGNATURE:
        (folder / name).write_bytes(der)
        return
    content = (folder / name).read_bytes()
    start, end = room_of(content)
    room = b"<" + der.hex().encode().ljust(end - start - 2, b"0") + b">"
    (folder / name).write_bytes(content[:start] + room + content[end:])


def changed(der: bytes, change: Callable[[Any, Any], None]) -> bytes:
    """The DER with `change` made to (SignedData, SignerInfo)."""
    from asn1crypto import cms  # type: ignore[import-untyped]

    found = cms.ContentInfo.load(der)
    change(found["content"], found["content"]["signer_infos"][0])
    return bytes(found.dump(force=True))
