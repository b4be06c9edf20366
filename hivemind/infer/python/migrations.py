"""The migration that a project's tools imply when no Procfile names one."""

from __future__ import annotations

import posixpath

from hivemind.infer.facts import Code, Fact, fact, within
from hivemind.infer.python.apps import App
from hivemind.infer.python.project import Project


def migration(project: Project, app: App | None, code: Code) -> Fact | None:
    """The command that brings the database up to date; None where no tool keeps migrations."""
    return (
        _flask_migrate(project, app, code) or _alembic(project, code) or _aerich(project, code) or _yoyo(project, code)
    )


def _flask_migrate(project: Project, app: App | None, code: Code) -> Fact | None:
    tool = code.depends_on("flask-migrate")
    script = _nearest(project, app, "migrations/env.py")
    if not (tool and script and app):
        return None
    folder = posixpath.relpath(posixpath.dirname(script), project.folder)
    option = "" if folder == "migrations" else f" --directory {folder}"
    target = app.target.removesuffix("()")
    why = "Flask-Migrate keeps migrations here"
    return fact(f"flask --app {target} db upgrade{option}", why, tool.quote, project.tree.quote(script))


def _alembic(project: Project, code: Code) -> Fact | None:
    """By its file, wherever it lies: nobody keeps one without alembic, which another package may bring along."""
    found = project.tree.find("*alembic.ini", project.folder)
    config = next((path for path in found if posixpath.basename(path) == "alembic.ini"), None)
    tool = code.depends_on("alembic", "flask-migrate", "litestar", "advanced-alchemy")
    if not config or not (tool or posixpath.dirname(config) in ("", project.folder)):
        return None
    below = posixpath.relpath(config, project.folder)
    # Where its scripts lie is said from the folder it is run in.
    enter = "" if below == "alembic.ini" else f"cd {posixpath.dirname(below)} && "
    quotes = (tool.quote, project.tree.quote(config)) if tool else (project.tree.quote(config),)
    return fact(f"{enter}alembic upgrade head", "alembic keeps migrations here", *quotes)


def _aerich(project: Project, code: Code) -> Fact | None:
    tool = code.depends_on("aerich")
    has_migrations = project.tree.find("migrations/*", project.folder)
    return (
        fact("aerich upgrade", "aerich keeps Tortoise's migrations here", tool.quote)
        if tool and has_migrations
        else None
    )


def _yoyo(project: Project, code: Code) -> Fact | None:
    tool, config = code.depends_on("yoyo-migrations"), within(project.folder, "yoyo.ini")
    if not tool or not project.tree.exists(config):
        return None
    return fact("yoyo apply --batch", "yoyo keeps migrations here", tool.quote, project.tree.quote(config))


def _nearest(project: Project, app: App | None, name: str) -> str | None:
    """A file of the service's folder or of the folder that modules are imported from."""
    package = app.module.path.rpartition("/")[0] or "." if app else "."
    places = dict.fromkeys((project.folder, *((app.root, package) if app else ())))
    return next((path for place in places if project.tree.exists(path := within(place, name))), None)
