"""The built wheel carries what the program needs, and does the main job with no checkout near it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_every_data_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "examples", "fonts"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"a2z_defense/_data/{path.relative_to(ROOT)}" in names
    for path in (ROOT / "a2z_defense").rglob("*"):
        if path.is_file() and path.suffix not in (".pyc",) and "__pycache__" not in path.parts:
            assert str(path.relative_to(ROOT)) in names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_the_main_job_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("A2Z_", "SP_API_", "LWA_"))}
    variables = {
        **clean,
        "PYTHONPATH": str(site),
        "A2Z_HOME": str(tmp_path / "home"),
        "A2Z_CONFIG": str(tmp_path / "none.toml"),
        "A2Z_NOW": "2026-11-12T09:00:00Z",
        "A2Z_KEYRING": "off",
    }

    def a2z(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "a2z_defense", *words],
            env=variables, cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    where = subprocess.run(
        [sys.executable, "-P", "-c", "import a2z_defense; print(a2z_defense.__file__)"],
        env=variables, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(site))
    mail = site / "a2z_defense" / "_data" / "examples" / "scenarios" / "01-signed-delivery" / "mail"
    fetched = a2z("fetch", "--mail", str(mail), "--no-spapi", "--json")
    assert fetched.returncode == 0, fetched.stderr
    claim = json.loads(fetched.stdout)["claims"][0]["claim_id"]
    built = a2z("build", claim, "--json")
    assert built.returncode == 10, built.stderr
    assert a2z("verify", json.loads(built.stdout)["directory"]).returncode == 0
    assert a2z("alert").returncode in (0, 11, 12)
    assert a2z("demo", "--help").returncode == 0
