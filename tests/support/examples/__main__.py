"""`PYTHONPATH=tests python -m support.examples` writes the examples again.

scenario.toml is written by hand and left alone.
"""

from pathlib import Path

from support.examples.stories import write_all

write_all(Path("examples"))
