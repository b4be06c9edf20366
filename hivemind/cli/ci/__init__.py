"""`hivemind ci`: the verbs that the workflows of a repository run."""

from __future__ import annotations

import typer

from hivemind.cli.ci import apply, command, comment, drift, init, matrix, plan

ci = typer.Typer(
    help="What the workflows of a repository run: plan a pull request, apply its merge, obey a comment.",
    no_args_is_help=True,
)
ci.command()(init.init)
ci.command()(plan.plan)
ci.command()(comment.comment)
ci.command()(apply.apply)
ci.command()(command.command)
ci.command()(drift.drift)
ci.command()(matrix.matrix)
