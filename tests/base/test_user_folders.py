"""The folders of a user without `A2Z_HOME` and `A2Z_CONFIG` are those that platformdirs names."""

from __future__ import annotations

import os
import sys

import platformdirs
import pytest

from a2z_defense.base.environment import config_path, home_path


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG variables are Linux's")
@pytest.mark.parametrize("value", [None, "", " ", "/somewhere/else"])
def test_they_are_those_of_platformdirs(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
        if value is not None:
            monkeypatch.setenv(variable, value)
    found = dict(os.environ)
    found.pop("A2Z_HOME", None)
    found.pop("A2Z_CONFIG", None)
    assert home_path(found) == platformdirs.user_data_path("a2z")
    assert config_path(found) == platformdirs.user_config_path("a2z") / "config.toml"
