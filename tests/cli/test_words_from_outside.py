"""What a carrier's file or a mail says stays words on the screen."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from a2z_defense.cli.common import outside


@pytest.mark.parametrize(
    "text",
    [
        "Jane\nNext: a2z record X withdrawn",
        "Jane\r\nheld",
        "Jane\u2028held",
        "Jane \u202eeoR",
        "\x1b[2JJane",
        "[bold]Jane[/]",
    ],
)
def test_it_makes_no_line_of_its_own_and_turns_nothing_round(text: str) -> None:
    stream = io.StringIO()
    Console(file=stream, width=200, force_terminal=False).print(f"  held  {outside(text)}")
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("  held  ")
    assert "Jane" in line
    assert not {"\x1b", "\u202e"} & set(line)
    assert ("[bold]" in line) is ("[bold]" in text)
