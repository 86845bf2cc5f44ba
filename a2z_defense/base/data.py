"""Finds the files that ship with a2z: templates, examples, policy tables, fonts.

In an installed wheel they lie under `a2z_defense/_data/`; in a checkout (an editable install does not see
force-included files) they lie at its root.
"""

from __future__ import annotations

from pathlib import Path

from a2z_defense.base.errors import ConfigurationError

_PACKAGE = Path(__file__).resolve().parent.parent


def data_folder(name: str) -> Path:
    """The folder `name` ("templates", "examples", "fonts") that ships with a2z.

    Raises ConfigurationError when the installation is incomplete.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise ConfigurationError(
        f"the folder {name!r} that ships with a2z is not there",
        expected=f"{_PACKAGE / '_data' / name}",
        remedy="install a2z again from its wheel",
    )
