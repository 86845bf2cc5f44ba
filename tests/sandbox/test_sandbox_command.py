"""`a2z sandbox` serves until Ctrl-C and prints what to export."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx


def _start(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "a2z_defense", "sandbox", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _exports(lines: Sequence[str]) -> dict[str, str]:
    found = [re.fullmatch(r"export (\w+)='([^']+)'\n", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


def test_it_serves_what_it_prints_and_ends_on_ctrl_c() -> None:
    process = _start("--fault", "getOrder=503-html", "--scale", "100")
    assert process.stdout is not None
    try:
        told = _exports([process.stdout.readline() for _ in range(5)])
        assert set(told) == {
            "SP_API_REFRESH_TOKEN", "LWA_APP_ID", "LWA_CLIENT_SECRET", "A2Z_SPAPI_ENDPOINT", "A2Z_LWA_ENDPOINT",
        }  # fmt: skip
        token = httpx.post(
            told["A2Z_LWA_ENDPOINT"] + "/auth/o2/token",
            data={
                "grant_type": "refresh_token",
                "refresh_token": told["SP_API_REFRESH_TOKEN"],
                "client_id": told["LWA_APP_ID"],
                "client_secret": told["LWA_CLIENT_SECRET"],
            },
        ).json()["access_token"]
        order = told["A2Z_SPAPI_ENDPOINT"] + "/orders/2026-01-01/orders/407-2290145-8863310"
        assert httpx.get(order, headers={"x-amz-access-token": token}).status_code == 503
        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "2 requests answered" in words


def test_what_it_cannot_serve_is_said(tmp_path: Path) -> None:
    (tmp_path / "spapi").mkdir()
    (tmp_path / "spapi" / "getOrder.json").write_text("{}")
    for words, code, said in (
        (["--fault", "getOrder=no"], 2, "OPERATION=KIND"),
        (["/no/such/folder"], 3, "/no/such/folder"),
        ([str(tmp_path)], 3, "getOrder.json"),
    ):
        process = _start(*words)
        data, told = process.communicate(timeout=120)
        assert (process.returncode, data) == (code, "")
        assert said in told
        assert "Traceback" not in told


def test_a_taken_port_is_said() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = _start("--port", str(taken.getsockname()[1]))
        _, told = process.communicate(timeout=120)
    assert process.returncode == 3
    assert "--port" in told


def test_importing_the_command_loads_nothing_heavy() -> None:
    probe = (
        "import sys, a2z_defense.cli.sandbox; print([m for m in sys.modules if m.startswith('a2z_defense.sandbox')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert found.stdout.strip() == "[]"
