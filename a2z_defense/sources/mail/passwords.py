"""Where an IMAP password comes from: the environment, then the keyring. Never the command line, never the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

VARIABLE = "A2Z_MAIL_PASSWORD"
SERVICE = "a2z-mail"
"""The keyring's service name is `a2z-mail:<host>`, its user name the account."""


def password_lookup(
    variables: Mapping[str, str], keyring: Callable[[str, str], str | None] | None = None
) -> Callable[[str, str], str | None]:
    """A function (user, host) -> password or None. `keyring`: (service, user) -> password; None: the system's."""

    def look(user: str, host: str) -> str | None:
        if variables.get(VARIABLE):
            return variables[VARIABLE]
        return (keyring or _system_keyring)(f"{SERVICE}:{host}", user)

    return look


def _system_keyring(service: str, user: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(service, user)
    except KeyringError:
        # No keyring is no error: the login then says what to set.
        return None
