"""`a2z lint`: does a text keep the rules for what the buyer and Amazon read?"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from a2z_defense.base.errors import ExitCode, UsageError
from a2z_defense.cli import common


class Reader(StrEnum):
    BUYER = "buyer"
    AMAZON = "amazon"


def register(app: typer.Typer) -> None:
    app.command(name="lint", help="Check a text against the wording and message rules. Exit 10: it breaks some.")(lint)


def lint(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A text in UTF-8; - is stdin.")],
    to: Annotated[Reader, typer.Option("--to", help="Who reads it.")] = Reader.BUYER,
    claim: Annotated[
        str, typer.Option("--claim", metavar="CLAIM", help="Also name what no exhibit of this claim supports.")
    ] = "",
    lang: Annotated[str, typer.Option("--lang", metavar="LL", help="Its language, two letters.")] = "en",
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.lint import lint_text, spoken

        found = lint_text(run.environment, _text(file), audience=to.value, language=lang, claim=claim)
        if not spoken(run.environment, lang):
            run.say(f"warning: no phrases for {lang!r} yet; only the rules that hold in every language were checked")
        if run.json:
            run.emit([{"file": str(file), **finding.model_dump(mode="json")} for finding in found])
        for finding in () if run.json else found:
            run.print(f"{file}:{finding.line}: {finding.rule}: “{finding.found}”: {finding.why}")
            run.print(f"    instead: {finding.alternative}")
        if not found:
            run.say(f"{file}: nothing found")
    raise typer.Exit(int(ExitCode.INCOMPLETE if found else ExitCode.OK))


def _text(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as why:
        raise UsageError(
            f"{file} cannot be read: {why.strerror}", expected="a text file", remedy="check the path"
        ) from None
    except UnicodeDecodeError:
        raise UsageError(
            f"{file} is not text in UTF-8", expected="a text in UTF-8", remedy="save it as UTF-8"
        ) from None
