"""What every command shares: the common options, the streams, JSON."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from a2z_defense.base import logs
from a2z_defense.base.errors import A2zError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from a2z_defense.base.environment import Environment

AS_OF_HELP = "The instant that it is taken to be, like 2026-11-21T09:30:00Z."

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="INSTANT", help=AS_OF_HELP)]
Verbose = Annotated[int, typer.Option("-v", count=True, help="More words on stderr.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No words on stderr but errors.")]
Account = Annotated[str, typer.Option("--account", metavar="NAME", help="Only this account of the configuration.")]
ClaimArgument = Annotated[str, typer.Argument(metavar="CLAIM", help="The claim's id, or a part that only it has.")]


PIPED_WIDTH = 240
"""Columns when the output is no terminal: wide enough that no cell is ever cut."""


_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys instead of showing, and what turns text round; and bytes of a file's name that are no text."""


def harmless(text: str) -> str:
    """`text` with those characters named: words from outside move no cursor, clear nothing, read as nothing else."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def outside(text: str) -> str:
    """`text` from outside for one line of a rich console: no markup, no line of its own, nothing that is obeyed."""
    from rich.markup import escape

    return escape(harmless(" ".join(text.splitlines())))


@dataclass(frozen=True)
class Before:
    """The options that were given before the command's name."""

    as_of: str = ""
    verbose: int = 0
    quiet: bool = False


before = Before()


@dataclass(frozen=True)
class Terminal:
    """One run of a command: the environment, and where data and words go."""

    environment: Environment
    json: bool
    quiet: bool
    out: TextIO
    account: str

    def say(self, words: str = "") -> None:
        """Words for a person, on stderr; nothing with --quiet."""
        if not self.quiet:
            print(harmless(words), file=sys.stderr)  # noqa: T201

    def error(self, words: str) -> None:
        """Words on stderr that --quiet lets through: a failure that whoever reads cron's mail must hear of."""
        print(words, file=sys.stderr)  # noqa: T201

    def print(self, data: str = "") -> None:
        """Data for a person, on stdout."""
        print(harmless(data), file=self.out)

    def emit(self, data: Any) -> None:
        """Data as JSON, on stdout. Takes a pydantic model, or lists and dicts of JSON values."""
        plain = data.model_dump(mode="json") if hasattr(data, "model_dump") else data
        is_unicode = (self.out.encoding or "utf-8").lower().startswith("utf")
        json.dump(plain, self.out, ensure_ascii=not is_unicode, indent=2)
        self.out.write("\n")
        self.out.flush()

    def next(self, claim_id: str) -> None:
        """What to do next for a claim that this command has changed."""
        from a2z_defense.jobs.listing import next_of

        self.print(f"Next: {next_of(self.environment, claim_id)}")

    def warn_of_another(self, claim_id: str) -> None:
        """Warn when another claim of the order waits for an answer and this one does not."""
        from a2z_defense.jobs.listing import another_waits

        for words in another_waits(self.environment, claim_id):
            self.say(f"warning: {words}")

    def console(self) -> Console:
        """A console on stdout for tables; plain text when it is not a terminal."""
        from rich.console import Console

        plain = not self.out.isatty()
        return Console(file=self.out, highlight=False, width=PIPED_WIDTH if plain else None, soft_wrap=plain)


@contextlib.contextmanager
def terminal(
    *,
    json: bool = False,
    as_of: str = "",
    verbose: int = 0,
    quiet: bool = False,
    account: str = "",
    lenient: bool = False,
) -> Iterator[Terminal]:
    """Begin a command. While it runs, whatever a library prints goes to stderr: stdout carries data alone.

    `lenient`: what is wrong in the configuration is left aside and told in the environment.
    """
    from a2z_defense.base.config import DEFAULT_ACCOUNT
    from a2z_defense.base.environment import load_environment  # not for --help, which needs no configuration

    silent = quiet or before.quiet
    logs.set_up(-1 if silent else max(verbose, before.verbose))
    environment = load_environment(as_of=as_of or before.as_of or None, lenient=lenient)
    known = tuple(environment.settings.accounts) or (DEFAULT_ACCOUNT,)
    if account and account not in known and environment.unreadable is None:
        raise UsageError(
            f"--account is {account!r}",
            expected=f"one of {', '.join(known)}",
            remedy="mend the name: a mistyped one would show an empty queue",
        )
    run = Terminal(environment, json, silent, sys.stdout, account)
    for warning in environment.warnings:
        run.say(f"warning: {warning}")
    with contextlib.redirect_stdout(sys.stderr):
        yield run
        run.out.flush()


def write(text: str) -> None:
    """Print to stdout, for the few places that have no Terminal yet."""
    print(text)  # noqa: T201


def report(error: A2zError) -> None:
    """An error on stderr: what was got, what was expected, what to do."""
    first, *rest = error.lines()
    print(harmless(f"a2z: {first}"), file=sys.stderr)  # noqa: T201
    for line in rest:
        print(harmless(f"     {line}"), file=sys.stderr)  # noqa: T201


def defect(error: BaseException) -> None:
    """A defect of ours: where it is, without its values, which may be personal data."""
    import traceback

    places = [
        f"{frame.filename.rsplit('a2z_defense', 1)[-1].lstrip('/')}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "a2z_defense" in frame.filename
    ]
    print(  # noqa: T201
        f"a2z: a defect of a2z: {type(error).__name__} at {' < '.join(reversed(places[-4:])) or 'an unknown place'}\n"
        "     expected: no such error; what was kept before it is safe\n"
        "     what to do: run the command again; if it stays, answer the claim in Seller Central by hand"
        " and report this line",
        file=sys.stderr,
    )
    if os.environ.get("A2Z_TRACEBACK"):
        _trace(error)


def _trace(error: BaseException) -> None:
    """Every place that the error and its causes came through, without their words: those may quote a buyer."""
    import traceback

    shown: BaseException | None = error
    while shown is not None:
        for frame in traceback.extract_tb(shown.__traceback__):
            print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)  # noqa: T201
        print(f"{type(shown).__module__}.{type(shown).__qualname__}", file=sys.stderr)  # noqa: T201
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
