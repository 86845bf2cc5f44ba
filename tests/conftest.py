"""What holds for every test."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

# The same examples each time, however slow the machine is: a change is never red for another one's luck.
# `pytest --hypothesis-profile=seeking` looks for new ones.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("seeking", parent=settings.get_profile("steady"), derandomize=False, max_examples=1000)
settings.load_profile("steady")


def pytest_configure() -> None:
    """Nothing of the shell that starts us reaches a test: not its settings and credentials, and not that of a shell
    which starts us in the background, where Ctrl-C is ignored and our children would inherit that."""
    for name in tuple(os.environ):
        if name.startswith(("A2Z_", "SP_API_", "LWA_")) and name != "A2Z_GOLDEN":
            del os.environ[name]
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
