"""A running simulator and a client that is signed in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from support.sandboxes import sign_in

from a2z_defense.base.data import data_folder
from a2z_defense.sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([data_folder("examples")], scale=1000) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with sign_in(sandbox) as signed_in:
        yield signed_in
