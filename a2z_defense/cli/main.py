"""The entry point: picks the command's file, and is the one place that catches errors.

Only the file of the command that was asked for is imported: `a2z alert` runs every few minutes and must start fast.
"""

from __future__ import annotations

import importlib
import sys
from typing import Annotated

import typer

from a2z_defense.base.errors import A2zError, ExitCode
from a2z_defense.cli import common
from a2z_defense.cli.commands import COMMANDS, named
from a2z_defense.cli.streams import outlets


def build_app(arguments: list[str]) -> typer.Typer:
    """The Typer app with the command that `arguments` name; with the words of all of them when they name none."""
    app = typer.Typer(
        name="a2z",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Defend Amazon A-to-z claims: gather the evidence, see the deadline, build the answer.",
    )
    app.callback()(_before)
    wanted = named(arguments)
    if wanted:
        importlib.import_module(f"a2z_defense.cli.{COMMANDS[wanted].file}").register(app)
        return app
    for name, command in COMMANDS.items():
        app.command(name=name, help=command.words, rich_help_panel=command.group)(_stand_in)
    return app


def _stand_in() -> None:
    """Stands for a command in the list of all; the real one is imported when it is named."""


def _version(wanted: bool) -> None:
    if wanted:
        from a2z_defense import __version__

        common.write(f"a2z {__version__}")
        raise typer.Exit


def _before(
    as_of: Annotated[str, typer.Option("--as-of", metavar="INSTANT", help=common.AS_OF_HELP)] = "",
    verbose: Annotated[int, typer.Option("-v", count=True, help="More words on stderr.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", help="No words on stderr but errors.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    del version
    common.before = common.Before(as_of=as_of, verbose=verbose, quiet=quiet)


def main() -> None:
    """Run the command line; every A2zError ends here, with its exit code and its remedy."""
    if sys.platform == "win32":
        sys.exit("a2z does not run on Windows: use Linux, or the Windows Subsystem for Linux")
    with outlets():
        _run()


def _run() -> None:
    try:
        build_app(sys.argv[1:])(prog_name="a2z")
    except A2zError as error:
        common.report(error)
        sys.exit(int(error.exit_code))
    except KeyboardInterrupt:
        sys.exit(int(ExitCode.INTERRUPTED))
    except OSError as error:
        common.report(
            A2zError(
                f"{error.strerror or type(error).__name__}: {error.filename or 'a file of a2z'}",
                expected="a disk with room and folders that may be written",
                remedy="make room or mend the permissions, then run the command again: nothing is half done",
            )
        )
        sys.exit(int(ExitCode.CONFIGURATION))
    except Exception as error:  # noqa: BLE001 - the last catch: never a traceback at a seller with 20 hours left
        common.defect(error)
        sys.exit(int(ExitCode.DEFECT))
