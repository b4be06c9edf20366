"""The arguments that verbs share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from hivemind.errors import UsageError
from hivemind.model.gate import Gate

if TYPE_CHECKING:
    from hivemind.infer.lock import Pinning

Target = Annotated[
    Path | None,
    typer.Argument(metavar="PATH", help="The application's folder, or a spec file. Default: the current folder."),
]
Env = Annotated[str, typer.Option("--env", "-e", help="Which environment of the spec.", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout; all else goes to stderr.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
AllowInterruption = Annotated[
    bool, typer.Option("--allow-interruption", help="Go ahead although the plan says that users will notice.")
]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="WHAT", help="Go ahead although: over-budget, freeze, or interruption."),
]
Lose = Annotated[
    list[str] | None,
    typer.Option("--lose", metavar="NAME", help="The database that this may remove with its data, as the plan says."),
]
Directory = Annotated[
    Path | None, typer.Option("-C", metavar="DIR", help="Act as if started in DIR.", exists=False, show_default=False)
]

Locked = Annotated[
    bool, typer.Option("--locked", help="Fail when hivemind.lock is missing, or would be answered differently now.")
]
Frozen = Annotated[bool, typer.Option("--frozen", help="Take hivemind.lock as it is, whatever has changed.")]


def allowed(interruption: bool, others: list[str] | None = None) -> frozenset[Gate]:
    """What was said yes to on the command line; raises UsageError for what nothing asks for."""
    said = {*(others or ()), *(["interruption"] if interruption else [])}
    known: frozenset[Gate] = frozenset(get_args(Gate))
    if unknown := sorted(said - known):
        raise UsageError(
            f"nothing asks for `{unknown[0]}`", where="--allow", hint=f"Say one of {', '.join(sorted(known))}."
        )
    return frozenset(gate for gate in known if gate in said)


def pinning_of(*, locked: bool = False, frozen: bool = False, refresh: bool = False) -> Pinning:
    """How the lock is heeded; raises UsageError for options that contradict each other."""
    asked: Mapping[Pinning, bool] = {"locked": locked, "frozen": frozen, "refresh": refresh}
    chosen = [name for name, is_asked in asked.items() if is_asked]
    if len(chosen) > 1:
        names = " and ".join(f"--{name}" for name in chosen)
        raise UsageError(f"{names} exclude each other", hint="Give one of them, or none.")
    return chosen[0] if chosen else "update"


def resolve(target: Path | None, directory: Path | None) -> Path:
    """Where a verb works: PATH as seen from DIR."""
    if directory is not None and not directory.is_dir():
        raise UsageError("there is no such folder", where=str(directory), hint="Give -C a folder that exists.")
    return (directory or Path()) / (target or Path())
