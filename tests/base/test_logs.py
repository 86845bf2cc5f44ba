from __future__ import annotations

import logging

import pytest

from a2z_defense.base.logs import PACKAGE, QUIETED, set_up


@pytest.mark.parametrize("verbosity", [-1, 0, 1, 2, 5])
def test_libraries_that_log_tokens_stay_quiet_whatever_v_says(verbosity: int) -> None:
    set_up(verbosity)
    for name in QUIETED:
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING
        assert not logging.getLogger(f"{name}.base.client").isEnabledFor(logging.DEBUG)


def test_v_speaks_of_our_logger_only() -> None:
    set_up(2)
    assert logging.getLogger(PACKAGE).getEffectiveLevel() == logging.DEBUG
    assert logging.getLogger().getEffectiveLevel() >= logging.WARNING
    set_up(0)
    assert logging.getLogger(PACKAGE).getEffectiveLevel() == logging.WARNING
