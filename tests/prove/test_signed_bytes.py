"""Every byte of the signatures changed in many ways, and many random certificates: nothing goes unseen."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest
from support.certificates import write_pkcs12
from support.kills import HEADER, Tally
from support.signed import blank_pdf, der_of, put_der, room_of, signed_build

from a2z_defense.bundle.signing import SIGNATURE, SIGNED_RECORD
from a2z_defense.bundle.verify import verify

FLIPS = (1, 32, 128)
NAMES = (SIGNED_RECORD, SIGNATURE)


def judge(tally: Tally, folder: Path, name: str, what: str) -> None:
    tally.runs += 1
    found = name in {one.path for one in verify(folder).findings}
    tally.hits += found
    tally.expect(found, f"{name}: {what}")


def every_byte_of_the_frame(folder: Path, name: str) -> Tally:
    tally = Tally(f"bits of the signature in {Path(name).name}")
    der = der_of(folder, name)
    for position in range(len(der)):
        for flip in FLIPS:
            content = bytearray(der)
            content[position] ^= flip
            put_der(folder, name, bytes(content))
            judge(tally, folder, name, f"byte {position} ^ {flip}")
    put_der(folder, name, der)
    return tally


def every_byte_of_the_record(folder: Path) -> Tally:
    tally = Tally("bytes of the signed PDF")
    whole = (folder / SIGNED_RECORD).read_bytes()
    start, end = room_of(whole)
    for position in range(len(whole)):
        other = ord("f") if start <= position < end and whole[position] != ord("f") else whole[position] ^ 1
        content = bytearray(whole)
        content[position] = other
        (folder / SIGNED_RECORD).write_bytes(bytes(content))
        judge(tally, folder, SIGNED_RECORD, f"byte {position} is {other}")
    (folder / SIGNED_RECORD).write_bytes(whole)
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


@pytest.mark.slow
def test_nothing_of_a_signature_changes_unseen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pdf = blank_pdf()
    folder = signed_build(tmp_path, write_pkcs12(tmp_path / "seller.p12", chain=2), pdf)
    tallies = [every_byte_of_the_frame(folder, name) for name in NAMES]
    tallies += [every_byte_of_the_record(folder), random_certificates(tmp_path, pdf, 200)]
    assert verify(folder).ok
    with capsys.disabled():
        lines = ["", HEADER.replace("struck", " found"), *(tally.line() for tally in tallies), ""]
        sys.stdout.write("\n".join(lines))
    assert [loss for tally in tallies for loss in tally.losses] == []
