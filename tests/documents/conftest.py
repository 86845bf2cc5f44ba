"""One renderer and one file maker for all tests of the documents: starting them is what takes time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from a2z_defense.documents.files import Maker
from a2z_defense.documents.render import Renderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    with Renderer() as running:
        yield running


@pytest.fixture(scope="session")
def maker() -> Iterator[Maker]:
    with Maker() as running:
        yield running
