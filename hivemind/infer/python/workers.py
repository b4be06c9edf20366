"""Processes beside the web one that the code is made for: workers and schedulers of the queues it uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from hivemind.infer.facts import Code, Fact, fact
from hivemind.infer.python.project import Project
from hivemind.infer.python.syntax import Module

MAX_SEARCHED = 400
COMMANDS: Mapping[str, str] = {
    "django-rq": "rqworker", "django-q2": "qcluster", "django-q": "qcluster", "django-dramatiq": "rundramatiq",
    "django-huey": "djangohuey", "django-background-tasks": "process_tasks", "django-tasks": "db_worker",
}  # fmt: skip
"""Package of a queue → the command of manage.py that works it."""
SCHEDULES = ("beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE", "crontab")


def find_processes(project: Project, code: Code, below: str) -> Fact | None:
    """Commands by the name of the process, for the queues that the project asks for and has an application of."""
    manage = "python manage.py" if below == "." else f"python {below}/manage.py"
    if code.depends_on("celery"):
        return _celery(project, code)
    if queue := code.depends_on(*COMMANDS):
        why = f"{queue.name} works its queue so"
        return fact({"worker": f"{manage} {COMMANDS[queue.name]}"}, why, queue.quote)
    return None


def celery_target(project: Project) -> tuple[str, Module, int] | None:
    """What `celery -A` is told, the module that makes the application, and the line."""
    for path in project.tree.find("*.py", project.folder)[:MAX_SEARCHED]:
        if project.is_aside(path) or "Celery(" not in (project.tree.read(path) or ""):
            continue
        module = project.load(path, project.root_of(path))
        for name, line in _made(module) if module else ():
            if module:
                return _argument(project, module, name), module, line
    return None


def _celery(project: Project, code: Code) -> Fact | None:
    found = celery_target(project)
    if not found:
        return None
    target, module, line = found
    quote = project.tree.quote(module.path, line)
    commands = {"worker": f"celery -A {target} worker --loglevel=info"}
    if code.depends_on("django-celery-beat") or _has_schedule(project, module):
        commands["beat"] = f"celery -A {target} beat --loglevel=info"
    return fact(commands, "the code makes a Celery application; its worker is a process of its own", quote)


def _made(module: Module) -> Iterator[tuple[str, int]]:
    """Names and lines of the Celery applications of a module."""
    for assign in module.all(ast.Assign):
        target, value = assign.targets[0], assign.value
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and _is_celery(module, value):
            yield target.id, assign.lineno


def _is_celery(module: Module, call: ast.Call) -> bool:
    return module.resolve(call.func) in ("celery.Celery", "celery.app.Celery")


def _argument(project: Project, module: Module, name: str) -> str:
    """The package for a `celery.py` in it, which `-A` looks for; else the module, with the name where it is unusual."""
    owner, _, last = module.name.rpartition(".")
    if last == "celery" and owner and project.tree.exists(module.path.replace("celery.py", "__init__.py")):
        return owner
    return module.name if name in ("app", "celery", last) else f"{module.name}.{name}"


def _has_schedule(project: Project, module: Module) -> bool:
    """Whether the module sets a schedule."""
    text = project.tree.read(module.path) or ""
    return any(word in text for word in SCHEDULES)
