"""Signatures with a certificate that an authority of the tests' own issued: good ones hold, others are named."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.bundles import write_build
from support.certificates import issue, new_key, write_pkcs12
from support.homes import environment
from support.signed import blank_pdf, changed, der_of, put_der, sign_folder, signed_build, signing_home

from a2z_defense.base.config import Settings, Signing
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.bundle.report import FindingKind
from a2z_defense.bundle.signing import SIGNATURE, SIGNED_RECORD
from a2z_defense.bundle.verify import verify

NAMES = (SIGNED_RECORD, SIGNATURE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pkcs12(tmp_path_factory.mktemp("certificate") / "seller.p12", chain=2)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return blank_pdf()


@pytest.fixture
def signed(tmp_path: Path, certificate: Path, pdf: bytes) -> Path:
    return signed_build(tmp_path, certificate, pdf)


def test_what_was_signed_here_is_not_signed_again(signed: Path, tmp_path: Path, certificate: Path) -> None:
    assert sign_folder(signing_home(tmp_path, certificate), signed) == []


def test_a_signature_that_was_made_elsewhere_is_made_anew(signed: Path, tmp_path: Path, certificate: Path) -> None:
    assert sign_folder(signing_home(tmp_path / "another home", certificate), signed) == list(NAMES)


def test_good_signatures_are_said_with_their_signer(signed: Path) -> None:
    report = verify(signed)
    assert (report.ok, report.findings) == (True, ())
    assert {SIGNED_RECORD, SIGNATURE} <= set(report.checked)
    assert len(report.notes) == 2
    assert all("Common Name: Invented Seller" in note for note in report.notes)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs pdfsig")
def test_pdfsig_agrees(signed: Path) -> None:
    ran = subprocess.run(
        ["pdfsig", "-nocert", str(signed / SIGNED_RECORD)], capture_output=True, text=True, check=False
    )
    assert "Signature is Valid" in ran.stdout
    assert "Total document signed" in ran.stdout
    assert "ETSI.CAdES.detached" in ran.stdout


def test_openssl_agrees(signed: Path) -> None:
    command = ["openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", str(signed / SIGNATURE)]
    ran = subprocess.run([*command, "-content", str(signed / "build.json")], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr


def bad(folder: Path) -> dict[str, str]:
    report = verify(folder)
    assert not report.ok
    return {one.path: one.why for one in report.findings if one.kind is FindingKind.BAD_SIGNATURE}


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_byte_is_found(signed: Path, name: str) -> None:
    whole = (signed / name).read_bytes()
    unseen = []
    for number, position in enumerate(range(3, len(whole), max(1, len(whole) // 150))):
        content = bytearray(whole)
        content[position] ^= 1 << number % 8
        (signed / name).write_bytes(bytes(content))
        if name not in {one.path for one in verify(signed).findings}:
            unseen.append(position)
    assert unseen == []


def _first_version(data: Any, _info: Any) -> None:
    data["version"] = "v3"


def _second_version(_data: Any, info: Any) -> None:
    info["version"] = "v3"


def _issuer_in_other_letters(_data: Any, info: Any) -> None:
    name = info["sid"].chosen["issuer"]
    info["sid"].chosen["issuer"] = type(name).build({k: v.lower() for k, v in name.native.items()})


def _no_parameters(_data: Any, info: Any) -> None:
    del info["digest_algorithm"]["parameters"]


def _another_algorithm(data: Any, _info: Any) -> None:
    data["digest_algorithms"].append({"algorithm": "sha512"})


def _unsigned_attribute(_data: Any, info: Any) -> None:
    info["unsigned_attrs"] = [{"type": "message_digest", "values": [b"x"]}]


def _certificate_more(data: Any, _info: Any) -> None:
    from asn1crypto import cms, x509  # type: ignore[import-untyped]
    from cryptography.hazmat.primitives.serialization import Encoding

    key = new_key()
    other = x509.Certificate.load(issue("Other", key, "Other", key, authority=True).public_bytes(Encoding.DER))
    data["certificates"].append(cms.CertificateChoices(name="certificate", value=other))


def _certificate_less(data: Any, info: Any) -> None:
    serial = info["sid"].chosen["serial_number"].native
    data["certificates"] = [one for one in data["certificates"] if one.chosen.serial_number == serial]


CHANGES: tuple[Callable[[Any, Any], None], ...] = (
    *(_first_version, _second_version, _issuer_in_other_letters, _no_parameters, _another_algorithm),
    *(_unsigned_attribute, _certificate_more, _certificate_less),
)
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "a longer way to write the length": lambda der: b"\x30\x83\x00" + der[2:],
    "no length at all": lambda der: b"\x30\x80" + der[4:] + b"\0\0",
    "something after it": lambda der: der + b"\x05\0",
}


def test_signatures_that_are_taken_apart_and_put_together_unchanged_are_good(signed: Path) -> None:
    """Otherwise the tests below would find what they themselves did."""
    for name in NAMES:
        put_der(signed, name, changed(der_of(signed, name), lambda _data, _info: None))
    assert verify(signed).ok


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_no_signature_covers_is_found_when_it_is_changed(
    signed: Path, name: str, change: Callable[[Any, Any], None]
) -> None:
    before = der_of(signed, name)
    after = changed(before, change)
    assert after != before
    put_der(signed, name, after)
    assert set(bad(signed)) == {name}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", BYTES.values(), ids=BYTES)
def test_another_way_to_write_the_same_is_found(signed: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    put_der(signed, name, change(der_of(signed, name)))
    assert set(bad(signed)) == {name}


@pytest.mark.parametrize("gone", NAMES)
def test_one_signature_without_the_other_is_found(signed: Path, gone: str) -> None:
    (signed / gone).unlink()
    assert [(one.path, one.kind) for one in verify(signed).findings] == [(gone, FindingKind.MISSING)]


@pytest.mark.parametrize("kind", ["rsa", "p384"])
@pytest.mark.parametrize(("chain", "root"), [(1, False), (2, False), (3, True)])
def test_other_keys_and_chains_sign_too(tmp_path: Path, pdf: bytes, kind: str, chain: int, root: bool) -> None:
    report = verify(signed_build(tmp_path, write_pkcs12(tmp_path / "x.p12", kind=kind, chain=chain, root=root), pdf))
    assert (report.ok, set(NAMES) <= set(report.checked)) == (True, True)


def test_a_key_that_pdf_readers_cannot_check_is_refused(tmp_path: Path) -> None:
    found = signing_home(tmp_path, write_pkcs12(tmp_path / "x.p12", kind="ed25519"))
    with pytest.raises(ConfigurationError, match="a key of the kind ed25519"):
        sign_folder(found, write_build(tmp_path))


def test_a_page_added_after_signing_is_found_although_the_signature_reads_valid(signed: Path) -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.generic import TextStringObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    path = signed / SIGNED_RECORD
    writer = IncrementalPdfFileWriter(BytesIO(path.read_bytes()))
    writer.root[pdf_name("/Lang")] = TextStringObject("it")
    writer.update_root()  # type: ignore[no-untyped-call]
    stream = BytesIO()
    writer.write(stream)  # type: ignore[no-untyped-call]
    path.write_bytes(stream.getvalue())
    assert "entire file" in bad(signed)[SIGNED_RECORD]


def test_a_signature_of_another_build_is_found(signed: Path, tmp_path: Path) -> None:
    other = write_build(tmp_path / "other", version=2)
    shutil.copytree(signed / "seal", other / "seal")
    assert "was changed" in bad(other)[SIGNATURE]


def test_another_file_among_the_signatures_is_unexpected(signed: Path) -> None:
    (signed / "seal" / "note.txt").write_text("x")
    assert [(one.path, one.kind) for one in verify(signed).findings] == [("seal/note.txt", FindingKind.UNEXPECTED)]


def test_without_a_certificate_nothing_is_signed(tmp_path: Path) -> None:
    folder = write_build(tmp_path)
    assert sign_folder(environment(tmp_path), folder) == []
    assert not (folder / "seal").exists()


@pytest.mark.parametrize("passphrase", ["wrong", ""])
def test_a_certificate_that_cannot_be_opened_is_a_configuration_error(
    tmp_path: Path, certificate: Path, passphrase: str
) -> None:
    settings = Settings(signing=Signing(pkcs12=certificate))
    found = environment(tmp_path, settings=settings, A2Z_SIGNING_PASSPHRASE=passphrase)
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        sign_folder(found, write_build(tmp_path))
    gone = replace(found, settings=Settings(signing=Signing(pkcs12=tmp_path / "gone.p12")))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        sign_folder(gone, tmp_path / "v1")
