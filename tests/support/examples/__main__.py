"""`python -m support.examples` writes examples/scenarios again; scenario.toml is by hand and left alone."""

from pathlib import Path

from support.examples.stories import STORIES, write

for make in STORIES:
    write(make(), Path("examples/scenarios"))
