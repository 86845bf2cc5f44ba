"""Every byte of the signatures changed in many ways, and many random certificates: nothing goes unseen.

Each changed byte is judged by the check of its own file, and every fiftieth by the whole `verify` too: that one checks
all other files as well, and would spend most of these proofs on what did not change.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.certificates import write_pkcs12
from support.kills import HEADER, Tally
from support.signed import blank_pdf, der_of, put_der, room_of, signed_build

from a2z_defense.bundle.check_signature import CHECKS
from a2z_defense.bundle.signing import SIGNATURE, SIGNED_RECORD
from a2z_defense.bundle.verify import verify

FLIPS = (1, 32, 128)
NAMES = (SIGNED_RECORD, SIGNATURE)
WHOLE_EVERY = 50


def judge(tally: Tally, folder: Path, name: str, what: str) -> None:
    """Whether the change is found, and this file is the one that is named."""
    tally.runs += 1
    found = bool(CHECKS[name](folder)[0])
    if tally.runs % WHOLE_EVERY == 1:
        found = found and name in {one.path for one in verify(folder).findings}
    tally.hits += found
    tally.expect(found, f"{name}: {what}")


def every_bit_pattern_of_the_frame(folder: Path, name: str) -> Tally:
    """The DER of a signature, which holds the bytes that the signature does not cover."""
    tally = Tally(f"bytes of the signature in {Path(name).name}")
    der = der_of(folder, name)
    for position in range(len(der)):
        for flip in FLIPS:
            content = bytearray(der)
            content[position] ^= flip
            put_der(folder, name, bytes(content))
            judge(tally, folder, name, f"byte {position} ^ {flip}")
    return tally


def every_byte_of_the_record(folder: Path) -> Tally:
    """The signed PDF as it lies there; in the room for the signature another digit, where the flip would be none."""
    tally = Tally("bytes of the signed PDF")
    whole = (folder / SIGNED_RECORD).read_bytes()
    start, end = room_of(whole)
    for position in range(len(whole)):
        other = ord("f") if start <= position < end and whole[position] != ord("f") else whole[position] ^ 1
        content = bytearray(whole)
        content[position] = other
        (folder / SIGNED_RECORD).write_bytes(bytes(content))
        judge(tally, folder, SIGNED_RECORD, f"byte {position} is {other}")
    return tally


def random_certificates(root: Path, pdf: bytes, count: int) -> Tally:
    tally = Tally("random certificates")
    chance = random.Random(4)
    for number in range(count):
        place = root / str(number)
        place.mkdir()
        kind = chance.choice(("p256", "p256", "p384", "rsa"))
        chain, keep_root = chance.randrange(1, 4), chance.random() < 0.5
        certificate = write_pkcs12(place / "x.p12", kind=kind, chain=chain, root=keep_root)
        folder = signed_build(place, certificate, pdf)
        tally.expect(verify(folder).ok, f"certificate {number}: a good signature is refused")
        for name in NAMES:
            der = der_of(folder, name)
            for _ in range(2):
                content = bytearray(der)
                content[chance.randrange(len(der))] ^= chance.randrange(1, 256)
                put_der(folder, name, bytes(content))
                judge(tally, folder, name, f"certificate {number}")
        shutil.rmtree(place)
    return tally


ATTACKS: dict[str, Callable[[Path], Tally]] = {
    "the signature in the PDF": lambda folder: every_bit_pattern_of_the_frame(folder, SIGNED_RECORD),
    "the detached signature": lambda folder: every_bit_pattern_of_the_frame(folder, SIGNATURE),
    "the signed PDF": every_byte_of_the_record,
}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("signed")
    return signed_build(root, write_pkcs12(root / "seller.p12", chain=2), blank_pdf())


def say(tally: Tally, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write("\n".join(["", HEADER.replace("struck", " found"), tally.line(), ""]))
    assert tally.losses == []
    assert tally.hits == tally.runs


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_byte_of_a_signature_changes_unseen(
    signed: Path, tmp_path: Path, attack: Callable[[Path], Tally], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(signed, tmp_path / signed.name))
    assert verify(folder).ok
    say(attack(folder), capsys)
    shutil.copytree(signed, folder, dirs_exist_ok=True)
    assert verify(folder).ok


@pytest.mark.slow
def test_random_certificates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = random_certificates(tmp_path, blank_pdf(), 200)
    assert tally.runs == 800
    say(tally, capsys)
