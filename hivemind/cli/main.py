"""The command line's one edge: assembles the verbs, and prints every error once: a red line, the place and a hint."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from hivemind import __version__
from hivemind.errors import HiveMindError, SpecError, StepError, UsageError

CommandLineError: type[Exception] = next(
    each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException"
)
"""What typer raises for a command line it cannot parse; it exports only some of the tree."""

INTERRUPTED = 130
USAGE = 2

app = typer.Typer(
    name="hivemind",
    help="Deploy web apps to AWS from a short spec: plan the exact change, review it, apply it. "
    "With no environment named it all runs on a local cloud on this machine.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with `hivemind init`, `hivemind plan`, `hivemind apply`.",
)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"hivemind {__version__}")
        raise typer.Exit


@app.callback()
def common(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    """What holds for every verb."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing but `--debug` lets a traceback out."""
    from hivemind.cli import verbs

    verbs.register(app)
    try:
        code = typer.main.get_command(app).main(list(arguments), prog_name="hivemind", standalone_mode=False)
    except HiveMindError as error:
        if "--debug" in arguments:
            raise
        _print_error(error)
        return error.exit_code
    except CommandLineError as error:
        _print_error(UsageError(_words(error), hint=_help_of(error)))
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        typer.secho("interrupted; run the same command again to go on", fg="red", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return code if isinstance(code, int) else 0


def _words(error: Exception) -> str:
    return str(getattr(error, "format_message", error.__str__)()).rstrip(".")


def _help_of(error: Exception) -> str:
    path = getattr(getattr(error, "ctx", None), "command_path", "hivemind")
    return f"See `{path} --help`."


def _print_error(error: HiveMindError) -> None:
    if isinstance(error, SpecError):
        from hivemind.spec.report import report

        typer.secho(report(error.problems), fg="red", err=True)
        return
    typer.secho(f"{error}", fg="red", err=True)
    if isinstance(error, StepError):
        for line in error.evidence:
            typer.secho(f"  | {line}", err=True)
    typer.secho(f"  hint: {error.hint}", err=True)
