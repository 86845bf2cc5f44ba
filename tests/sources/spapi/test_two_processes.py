"""Two programs on one machine, one quota: together they are as fast as Amazon allows and never refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from a2z_defense.sandbox.server import Sandbox

CODE = """
import sys, datetime as dt
from pathlib import Path
from a2z_defense.base.clock import SetClock, SystemMonotonic
from a2z_defense.base.config import Fetch
from a2z_defense.base.environment import load_environment
from a2z_defense.sandbox.synthetic import NOW, synthetic_claim
from a2z_defense.sources.spapi.access import load_access
from a2z_defense.sources.spapi.tasks import WantedClaim
from a2z_defense.sources.spapi.collect import collect
first, folder = int(sys.argv[1]), Path(sys.argv[2])
claims = [synthetic_claim(number) for number in range(first, first + 30)]
found = [one for batch in collect(
    [WantedClaim(claim.order_id, claim.marketplace.id) for claim in claims], load_access(load_environment()),
    clock=SetClock(NOW), monotonic=SystemMonotonic(), settings=Fetch(), lock_folder=folder,
    fresh=lambda kind, subject: False, sources=["order"],
) for one in batch]
print(len(found))
"""


@pytest.mark.slow
def test_two_processes_share_amazons_quota(tmp_path: Path) -> None:
    with Sandbox.synthetic(60, scale=20) as box:
        variables = {
            **os.environ,
            **box.credentials,
            "A2Z_HOME": str(tmp_path),
            "A2Z_CONFIG": str(tmp_path / "none"),
            "A2Z_KEYRING": "off",
        }
        running = [
            subprocess.Popen(
                [sys.executable, "-c", CODE, str(first), str(tmp_path / "locks")],
                env=variables,
                stdout=subprocess.PIPE,
                text=True,
            )
            for first in (0, 30)
        ]
        told = [process.communicate(timeout=120)[0] for process in running]
        calls = [seen for seen in box.requests if seen.operation == "getOrder"]
    assert [int(words) for words in told] == [30, 30]
    assert {seen.status for seen in calls} == {200}
    assert len(calls) == 60
