"""What is left when no framework shows: a Celery application, Reflex, notebooks, a script with a telling name."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Mapping

from hivemind.infer.facts import Code, Fact, fact, question, within
from hivemind.infer.python.launch import Launch
from hivemind.infer.python.project import Project
from hivemind.infer.python.scripts import NAMES, is_guarded
from hivemind.infer.python.syntax import Module
from hivemind.infer.python.workers import celery_target
from hivemind.model.findings import Quote

NOTEBOOKS: Mapping[str, tuple[str, int]] = {
    "voila": ("voila {file} --port=$PORT --Voila.ip=0.0.0.0 --no-browser", 8866),
    "jupyterlab": ("jupyter lab --ip=0.0.0.0 --port=$PORT --no-browser", 8888),
    "notebook": ("jupyter notebook --ip=0.0.0.0 --port=$PORT --no-browser", 8888),
    "jupyter": ("jupyter notebook --ip=0.0.0.0 --port=$PORT --no-browser", 8888),
}
"""What serves notebooks, by package, and where it listens."""


def launch_single(project: Project, code: Code) -> Launch | None:
    """The first of these that the folder holds; None when it holds none."""
    return _reflex(project, code) or _celery(project, code) or _notebook(project, code) or _script(project)


def _reflex(project: Project, code: Code) -> Launch | None:
    config = within(project.folder, "rxconfig.py")
    if not project.tree.exists(config):
        return None
    quote = project.tree.quote(config)
    why = "rxconfig.py makes it a Reflex app, which serves its pages and its backend"
    command = "reflex run --env prod --frontend-port $PORT --backend-host 0.0.0.0"
    return Launch("reflex", command, why, quote, project.folder, facts=_port(3000, "reflex", quote))


def _celery(project: Project, code: Code) -> Launch | None:
    found = celery_target(project) if code.depends_on("celery") else None
    if not found:
        return None
    target, module, line = found
    root = project.root_of(module.path)
    quote = project.tree.quote(module.path, line)
    modules = project.reach(module, root)
    why = f"{module.path} makes a Celery application, and nothing answers HTTP"
    return Launch("celery", f"celery -A {target} worker --loglevel=info", why, quote, root, modules, "worker")


def _notebook(project: Project, code: Code) -> Launch | None:
    server = next((name for name in NOTEBOOKS if code.depends_on(name)), None)
    notebooks = [
        p for p in project.tree.find("*.ipynb", project.folder) if posixpath.dirname(p) in ("", project.folder)
    ]
    if not server or not notebooks:
        return None
    command, port = NOTEBOOKS[server]
    shown = posixpath.basename(notebooks[0]) if len(notebooks) == 1 and "'" not in notebooks[0] else "."
    shown = shown if shown.replace("-", "").replace("_", "").replace(".", "").isalnum() else f"'{shown}'"
    quote = project.tree.quote(notebooks[0])
    why = f"{server} is asked for, and there are notebooks to serve"
    facts = _port(port, server, quote)
    return Launch(server, command.format(file=shown), why, quote, project.folder, facts=facts, confidence="likely")


def _script(project: Project) -> Launch | None:
    """A file with the name of something that is started, which does something when it is run."""
    for name in NAMES:
        path = within(project.folder, f"{name}.py")
        module = project.load(path, project.folder) if project.tree.exists(path) else None
        if module and (is_guarded(module) or _does_something(module)):
            quote = project.tree.quote(path)
            why = f"{name}.py is what its name says is started; nothing in it answers HTTP"
            asked = question("start", f"{why}: is it a service at all?", f"python {name}.py")
            modules = project.reach(module, project.folder)
            return Launch(None, f"python {name}.py", why, quote, project.folder, modules, "worker", "fallback",
                          questions=(asked,), is_app=False)  # fmt: skip
    return None


def _does_something(module: Module) -> bool:
    """Whether a statement of the file itself calls something."""
    return any(isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) for s in module.body)


def _port(port: int, server: str, quote: Quote) -> dict[str, Fact]:
    return {"port": fact(port, f"where {server} listens when nothing tells it", quote, confidence="fallback")}
