"""Scripts that are an app by themselves: what a file imports says which, and the best-named of the nearest is it.

A script's own server, a bot and a queue's consumer are started by running the file; data apps by the tool they are for.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hivemind.infer.facts import Code, Fact, Route, fact, question
from hivemind.infer.python.kinds import Kind
from hivemind.infer.python.launch import Launch
from hivemind.infer.python.ports import listening
from hivemind.infer.python.project import Project
from hivemind.infer.python.syntax import Module
from hivemind.model.findings import Question

MAX_DEPTH = 4
MAX_SEARCHED = 120
NAMES = (
    "streamlit_app", "app", "main", "server", "__main__", "bot", "run", "start", "index", "home", "dashboard", "web",
    "worker", "consumer", "scheduler", "demo", "api", "serve", "hello",
)  # fmt: skip
"""What the file that is started is usually called, best first."""
BESIDE = frozenset({"pages", "cogs", "handlers", "plugins", "commands", "utils", "lib", "extensions"})
"""Folders whose files are loaded by the app, never started."""


@dataclass(frozen=True)
class Script:
    """A file that is an app of some kind, found at `line`; imported from `root`."""

    module: Module
    root: str
    kind: Kind
    line: int
    is_guarded: bool

    @property
    def rank(self) -> tuple[int, ...]:
        """Smaller is better."""
        stem = self.module.path.rpartition("/")[2].removesuffix(".py").lower()
        place = NAMES.index(stem) if stem in NAMES else len(NAMES)
        return (self.module.path.count("/"), place, not self.is_guarded)


def find_script(project: Project, code: Code, kinds: Sequence[Kind]) -> tuple[Script, ...]:
    """The scripts of the strongest kind among these, the best first."""
    found = [script for path in _searched(project) if (script := _script(project, path, code, kinds))]
    if not found:
        return ()
    kind = min((script.kind for script in found), key=kinds.index)
    return tuple(sorted((s for s in found if s.kind == kind), key=lambda s: (s.rank, s.module.path)))


def launch_of(project: Project, scripts: Sequence[Script]) -> Launch:
    """The launch of the first of several scripts of a kind."""
    script = scripts[0]
    kind, tree = script.kind, project.tree
    modules = project.reach(script.module, script.root)
    quote = tree.quote(script.module.path, script.line)
    below = posixpath.relpath(script.module.path, project.folder)
    command = kind.command.format(file=below, run=_run(project, script))
    facts = _ports(project, script, modules) if kind.is_web else {}
    if environment := {**kind.environment, **_import_path(project, script)}:
        facts["env"] = fact(environment, "what the file needs to be run from here, and to listen for others", quote)
    code = Code(routes=(Route(kind.health, quote),) if kind.health else ())
    why = f"{below} {kind.why}"
    ties = _ties(project, scripts)
    return Launch(
        kind.name, command, why, quote, script.root, modules, "web" if kind.is_web else "worker",
        "fallback" if ties else "likely", facts, code, ties,
    )  # fmt: skip


def is_guarded(module: Module) -> bool:
    """Whether the file does something when it is run: behind `if __name__ == "__main__"`, or in plain calls."""
    tests = (node.test for node in module.all(ast.If))
    names = (node.id for test in tests for node in ast.walk(test) if isinstance(node, ast.Name))
    return "__name__" in names or module.path.endswith("__main__.py")


def _run(project: Project, script: Script) -> str:
    """`python file.py`, or `-m` for a module of a package, whose imports start above it."""
    below = posixpath.relpath(script.module.path, project.folder)
    if "." in script.module.name or script.module.path.endswith("__main__.py"):
        name = script.module.name.removesuffix(".__main__")
        if name:
            return f"python -m {name}"
    return f"python {below}"


def _import_path(project: Project, script: Script) -> dict[str, str]:
    """Where a module of a package is imported from, when that is a folder below."""
    below = posixpath.relpath(script.root, project.folder)
    return {"PYTHONPATH": below} if "." in script.module.name and below != "." else {}


def _ports(project: Project, script: Script, modules: Sequence[Module]) -> dict[str, Fact]:
    """`port` and `port_env`: what the code says, else what the kind of app does."""
    kind = script.kind
    quote = project.tree.quote(script.module.path, script.line)
    found = listening(project.tree, modules)
    if found and found.port:
        port = fact(found.port, "the port that the code listens on", found.quote, confidence="likely")
    else:
        port = fact(kind.port, f"where {kind.name} listens when nothing tells it", quote, confidence="fallback")
    if "$PORT" in kind.command:
        return {"port": port}
    variable = found.variable if found and found.variable else None if found else kind.variable
    why = f"the code reads {variable}" if variable else "the code reads no variable for its port"
    return {"port": port, "port_env": fact(variable, why, *((found.quote,) if found else ()))}


def _ties(project: Project, scripts: Sequence[Script]) -> tuple[Question, ...]:
    equal = [script for script in scripts if script.rank == scripts[0].rank]
    if len(equal) < 2:
        return ()
    commands = (s.kind.command.format(file=posixpath.relpath(s.module.path, project.folder), run=_run(project, s))
                for s in equal)  # fmt: skip
    return (question("start", "several files could be what is started; set app.start", *commands),)


def _searched(project: Project) -> Iterator[str]:
    base = 0 if project.folder == "." else project.folder.count("/") + 1
    near = (p for p in project.tree.find("*.py", project.folder) if p.count("/") - base < MAX_DEPTH)
    for path in list(near)[:MAX_SEARCHED]:
        if not project.is_aside(path) and BESIDE.isdisjoint(path.split("/")[:-1]):
            yield path


def _script(project: Project, path: str, code: Code, kinds: Sequence[Kind]) -> Script | None:
    text = project.tree.read(path) or ""
    likely = [kind for kind in kinds if any(module.partition(".")[0] in text for module in kind.modules)]
    if not likely:
        return None
    root = project.root_of(path)
    module = project.load(path, root)
    for kind in likely if module else ():
        line = _line(module, kind) if module else 0
        if module and line and (not kind.packages or code.depends_on(*kind.packages) or not code.dependencies):
            return Script(module, root, kind, line, is_guarded(module))
    return None


def _line(module: Module, kind: Kind) -> int:
    """Where the file makes or starts what this kind of app does; 0 where it does not."""
    if _imports(module, kind.unless):
        return 0
    for call in module.all(ast.Call) if kind.calls else ():
        name = module.resolve(call.func)
        last = call.func.attr if isinstance(call.func, ast.Attribute) else name.rpartition(".")[2]
        if name in kind.calls or (last in kind.calls and _imports(module, kind.modules)):
            return call.lineno
    return 0 if kind.calls else _imports(module, kind.modules)


def _imports(module: Module, wanted: Sequence[str]) -> int:
    """The line that imports one of these modules; 0 where none is imported."""
    for plain in module.all(ast.Import):
        if any(alias.name == name or alias.name.startswith(f"{name}.") for alias in plain.names for name in wanted):
            return plain.lineno
    for source in module.all(ast.ImportFrom):
        origin = source.module or ""
        names = {origin, *(f"{origin}.{alias.name}" for alias in source.names)}
        if not source.level and any(n == name or n.startswith(f"{name}.") for n in names for name in wanted):
            return source.lineno
    return 0
