"""`hivemind bootstrap`: what a team sets up once in its AWS account."""

from __future__ import annotations

from typing import Annotated

import typer

from hivemind.cli.options import Directory, Env, Target, Yes, resolve
from hivemind.errors import UsageError
from hivemind.model.spec import LOCAL


def bootstrap(
    target: Target = None,
    env: Env = LOCAL,
    show: Annotated[bool, typer.Option("--print", help="Print the template and do nothing.")] = False,
    yes: Yes = False,
    directory: Directory = None,
) -> None:
    """Make the bucket that an environment's `state` names.

    Once for a team: encrypted, private, over TLS only, older versions kept for 90 days. It stays when its stack goes.
    """
    from hivemind import wiring
    from hivemind.agents.project import read_project
    from hivemind.render.state_bucket import name_of, state_bucket

    project = read_project(resolve(target, directory))
    environment = project.environment(env)
    if environment.is_local:
        raise UsageError(
            "the local environment is remembered on this machine", hint="Name an environment on AWS: -e ENV."
        )
    address = wiring.state_address(environment)
    template = state_bucket(address)
    if show:
        typer.echo(template.body, nl=False)
        return
    from hivemind.agents.bootstrap import bootstrap as brought_about
    from hivemind.cli.apply import confirm

    confirm(f"Make the bucket {name_of(address)} in {environment.region}, by the stack {template.stack}?", yes)
    hive = wiring.hive(project, environment)
    changed = brought_about(template, hive.cloud.stacks, hive.clock)
    typer.echo(f"{name_of(address)}: {'ready' if changed else 'ready already, nothing changed'}.")
