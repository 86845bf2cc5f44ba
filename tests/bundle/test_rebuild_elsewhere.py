"""A package holds all that its pages print: whoever has it can build them again, the seller's logo included."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from support.homes import environment, with_one_claim
from support.mail_maker import ORDER, SENT

from a2z_defense.base.config import Seller, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.bundle.bag import PAYLOAD, seal
from a2z_defense.bundle.layout import BUILD_FILE, LOGO, PACKAGE_FILE
from a2z_defense.bundle.report import FindingKind
from a2z_defense.bundle.trees import ZipTree
from a2z_defense.bundle.verify import verify
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.rebuild import SAME, rebuild
from a2z_defense.jobs.verify import check


def picture(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (60, 20), colour).save(stream, "PNG")
    return stream.getvalue()


def shop(root: Path, colour: str = "red") -> Environment:
    root.mkdir(parents=True, exist_ok=True)
    (root / "logo.png").write_bytes(picture(colour))
    settings = Settings(seller=Seller(name="Invented Shop", logo=root / "logo.png"))
    return with_one_claim(root, now=SENT.replace(hour=12), settings=settings)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a build with a logo."""
    built = build_named(shop(tmp_path_factory.mktemp("shop")), ORDER, BuildOptions())
    return Path(built.answer.directory) / PACKAGE_FILE


def entries_of(package: Path) -> dict[str, bytes]:
    with package.open("rb") as stream:
        tree = ZipTree(stream, package.stat().st_size)
        return {n.removeprefix(PAYLOAD): b"".join(tree.stream(n)) for n in tree.names if n.startswith(PAYLOAD)}


def test_a_stranger_without_the_logo_gets_the_same_bytes(package: Path, tmp_path: Path) -> None:
    stranger = environment(tmp_path)
    report = rebuild(stranger, package, check(stranger, package))
    assert (report.ok, report.notes) == (True, (SAME,))


def test_a_stranger_with_a_logo_of_its_own_gets_the_same_bytes(package: Path, tmp_path: Path) -> None:
    stranger = shop(tmp_path, "blue")
    report = rebuild(stranger, package, check(stranger, package))
    assert (report.ok, report.notes) == (True, (SAME,))


@pytest.mark.parametrize(
    ("put", "kind"), [(picture("blue"), FindingKind.DISAGREES), (None, FindingKind.MISSING)], ids=["another", "none"]
)
def test_another_logo_in_a_package_made_anew_is_found(
    package: Path, tmp_path: Path, put: bytes | None, kind: FindingKind
) -> None:
    entries = entries_of(package)
    assert entries[LOGO] == picture("red")
    del entries[LOGO]
    path = tmp_path / PACKAGE_FILE
    path.write_bytes(seal([*entries.items(), *([(LOGO, put)] if put else [])], {}))
    assert [(one.path, one.kind) for one in verify(path).findings] == [(PAYLOAD + LOGO, kind)]
    assert BUILD_FILE in entries
