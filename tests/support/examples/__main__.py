"""`PYTHONPATH=tests python -m support.examples` writes examples/scenarios again.

scenario.toml is written by hand and left alone.
"""

from pathlib import Path

from support.examples.account import account_health
from support.examples.stories import STORIES, write

for make in STORIES:
    write(make(), Path("examples/scenarios"))
account = Path("examples/account/spapi")
account.mkdir(parents=True, exist_ok=True)
(account / "GET_V2_SELLER_PERFORMANCE_REPORT.json").write_bytes(account_health())
