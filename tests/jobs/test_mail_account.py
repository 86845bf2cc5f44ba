"""The mail account's password: of the environment, else of the keyring, else none; never asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from support.homes import environment

from a2z_defense.base.errors import AuthorisationError
from a2z_defense.jobs.fetch_mail import mail_options
from a2z_defense.sources.mail.open import open_mailbox
from a2z_defense.store.keys import SERVICE

NAME = "imap lia@shop.example@mail.example"


class Memory(KeyringBackend):
    """A keyring that holds one entry."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return "from the keyring" if (service, username) == (SERVICE, NAME) else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def memory() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def password(root: Path, **variables: Any) -> str | None:
    given = mail_options(environment(root, **{"A2Z_KEYRING": "on", **variables}), since=None)
    return given.password("lia@shop.example", "mail.example")


def test_the_keyrings_entry_is_of_that_user_and_host(tmp_path: Path, memory: None) -> None:
    assert password(tmp_path) == "from the keyring"
    given = mail_options(environment(tmp_path, A2Z_KEYRING="on"), since=None)
    assert given.password("marco@shop.example", "mail.example") is None
    assert given.password("lia@shop.example", "other.example") is None


def test_the_environment_goes_before_the_keyring(tmp_path: Path, memory: None) -> None:
    assert password(tmp_path, A2Z_IMAP_PASSWORD="from the environment") == "from the environment"


def test_with_neither_it_is_said_what_to_set(tmp_path: Path) -> None:
    given = mail_options(environment(tmp_path), since=None)
    box = open_mailbox("imaps://lia%40shop.example@mail.example/INBOX", given)
    with pytest.raises(AuthorisationError, match="no password") as found:
        list(box.fetch(None))
    assert "A2Z_IMAP_PASSWORD" in " ".join(found.value.lines())
