"""Where the database lies: `A2Z_DATABASE_URL` (SQLite only), else under `A2Z_HOME`. Stdlib only."""

from __future__ import annotations

from pathlib import Path

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError

PREFIX = "sqlite:///"


def database_path(environment: Environment) -> Path:
    """The database file. Raises ConfigurationError for an URL of another database."""
    url = environment.variables.get("A2Z_DATABASE_URL")
    if not url:
        return environment.home.database
    if not url.startswith(PREFIX) or len(url) == len(PREFIX):
        raise ConfigurationError(
            f"A2Z_DATABASE_URL starts with {url.split('://')[0]!r}",
            expected="sqlite:///path/to/a2z.sqlite3 (four slashes for an absolute path)",
            remedy="use SQLite: a2z alert reads the queue without a database server",
        )
    return Path(url.removeprefix(PREFIX)).absolute()
