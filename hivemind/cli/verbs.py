"""Every verb, in the order the help shows them."""

from __future__ import annotations

import typer

from hivemind.cli import (
    apply,
    bootstrap,
    cancel,
    deploy,
    destroy,
    doctor,
    drift,
    infer,
    init,
    plan,
    render,
    resume,
    rollback,
    status,
    update,
    upgrade,
    validate,
)
from hivemind.cli.ci import ci
from hivemind.cli.emulator import emulator


def register(app: typer.Typer) -> None:
    """Add the verbs, once, to the application."""
    if app.registered_commands:
        return
    app.command()(init.init)
    app.command()(infer.infer)
    app.command()(validate.validate)
    app.command()(render.render)
    app.command()(plan.plan)
    app.command()(apply.apply)
    app.command(epilog=deploy.EXAMPLES)(deploy.deploy)
    app.command()(update.update)
    app.command()(upgrade.upgrade)
    app.command()(resume.resume)
    app.command()(cancel.cancel)
    app.command()(rollback.rollback)
    app.command()(status.status)
    app.command()(doctor.doctor)
    app.command()(drift.drift)
    app.command()(destroy.destroy)
    app.command()(bootstrap.bootstrap)
    app.add_typer(ci, name="ci")
    app.add_typer(emulator, name="emulator")
