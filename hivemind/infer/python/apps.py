"""Where the application is: an object or a factory, found in syntax trees.

Three shapes count: an object made at the top of a module (`app = Flask(__name__)`, whatever its name), a factory that
needs no arguments (`def create_app(): ...`), and a plain function (`def application(environ, start_response)`, or
`async def app(scope, receive, send)`). The best is chosen by the module first: `wsgi.py` and `asgi.py` exist for
servers; then the shallower file, then the module's usual names; an object beats a factory. What is equal by all of
that is for a person to tell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hivemind.infer.python.frameworks import MENTION, Interface
from hivemind.infer.python.makers import USUAL, Made, Scope
from hivemind.infer.python.named import is_named, named_root
from hivemind.infer.python.project import SAFE_PATH, Project, canonical, module_name
from hivemind.infer.python.syntax import Module

MAX_DEPTH = 5
MAX_SEARCHED = 400

SERVED = ("wsgi", "asgi")
MODULES = ("wsgi", "asgi", "app", "application", "main", "server", "api", "run", "web", "__init__")


@dataclass(frozen=True)
class App:
    """An application: `expression` in the module, which is imported from the folder `root`."""

    module: Module
    root: str
    expression: str
    framework: str
    line: int
    interface: Interface = "wsgi"

    @property
    def target(self) -> str:
        """What a server is told to load, as in `app:app`."""
        return f"{self.module.name}:{self.expression}"

    @property
    def is_factory(self) -> bool:
        """Whether the expression calls a factory."""
        return self.expression.endswith("()")

    @property
    def rank(self) -> tuple[int, ...]:
        """Smaller is better."""
        stem = self.module.path.rpartition("/")[2].removesuffix(".py")
        depth = self.module.name.count(".") + (0 if self.root == "." else self.root.count("/") + 1)
        name = self.expression.removesuffix("()")
        depth = 2 * depth + (stem == "__init__")  # a file beside the package, which uses it, is nearer
        return (stem not in SERVED, depth, _place(stem, MODULES), self.is_factory, _place(name, USUAL))


def find_apps(project: Project, named: tuple[str, ...] = ()) -> tuple[App, ...]:
    """Every application of the service, the best first; those of equal rank in the order of their names.

    An application of a module that a declared command names comes before all others.
    """
    found: list[App] = []
    for path in _searched(project):
        is_deeper = found and path.count("/") > found[0].module.path.count("/") + 1
        if is_deeper and not is_named(path.removesuffix(".py").replace("/", "."), named):
            continue  # it would rank lower
        root = named_root(path, named, project.folder) or project.root_of(path)
        module = project.load(path, root) if root == "." or SAFE_PATH.match(root) else None
        if module:
            found += _apps_of(Scope(project, module, root))
    found += _passed_on(project, found)
    return tuple(sorted(found, key=lambda app: (not is_named(app.module.name, named), app.rank, app.target)))


def obstacle(project: Project) -> str:
    """Why the first file that mentions a framework cannot be served, as an instruction; empty when none stands out."""
    for path in _searched(project):
        root = project.root_of(path)
        if not module_name(path, root) or not (root == "." or SAFE_PATH.match(root)):
            return f"rename {path}: a server cannot import it under that name"
        if not project.load(path, root):
            return f"correct {path}: it is not valid Python, or too long to be read"
    return ""


def _passed_on(project: Project, found: Sequence[App]) -> Iterator[App]:
    """Applications of other modules that a `wsgi.py` or `asgi.py` imports under a usual name: it is for servers."""
    made = {f"{app.module.name}.{app.expression}": app for app in found}
    for path in project.tree.find("*sgi.py", project.folder) if found else ():
        root = project.root_of(path)
        is_served = path.rpartition("/")[2].removesuffix(".py") in SERVED and not project.is_aside(path)
        module = project.load(path, root) if is_served else None
        if not module:
            continue
        reached = project.reach(module, root)
        for name in USUAL[:2]:
            app = made.get(canonical(reached, f"{module.name}.{name}"))
            if app and app.module != module:
                yield replace(app, module=module, root=root, expression=name, line=1)


def _searched(project: Project) -> Iterator[str]:
    """Python files that mention a framework, near the top of the service's folder."""
    base = 0 if project.folder == "." else project.folder.count("/") + 1
    near = [
        p
        for p in project.tree.find("*.py", project.folder)
        if p.count("/") - base < MAX_DEPTH and not project.is_aside(p)
    ]
    for path in near[:MAX_SEARCHED]:
        if MENTION.search(project.tree.read(path) or ""):
            yield path


def _apps_of(scope: Scope) -> Iterator[App]:
    for statement in _at_top(scope.module.body):
        for expression, made in _defined(scope, statement):
            if made and made.framework != "dash":
                yield App(scope.module, scope.root, expression, made.framework, statement.lineno, made.interface)
    yield from _dash_servers(scope)


def _defined(scope: Scope, statement: ast.stmt) -> Iterator[tuple[str, Made | None]]:
    """What a statement defines that a server could load, and what it is; None for what is no application."""
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id=name), *_])], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=value)
        ):
            yield name, scope.made_by(value)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            made = scope.served_by(statement)
            is_itself = made is not None and made.framework in SERVED
            yield (name if is_itself else f"{name}()"), made
        case _:
            pass


def _dash_servers(scope: Scope) -> Iterator[App]:
    """`server = app.server`, the Flask application below a Dash one."""
    for statement in _at_top(scope.module.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(attr="server", value=ast.Name(id=owner))):
                if owner in _dashes(scope):
                    yield App(scope.module, scope.root, name, "dash", statement.lineno)
            case _:
                pass


def _dashes(scope: Scope) -> set[str]:
    made = ((name, made) for s in _at_top(scope.module.body) for name, made in _defined(scope, s))
    return {name for name, found in made if found and found.framework == "dash"}


def _at_top(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run on import, those under `if`, `try` and `with` included."""
    for statement in body:
        yield statement
        match statement:
            case ast.If(test=test) if "__name__" not in {n.id for n in ast.walk(test) if isinstance(n, ast.Name)}:
                yield from _at_top([*statement.body, *statement.orelse])
            case ast.Try():
                yield from _at_top([*statement.body, *statement.orelse, *statement.finalbody])
            case ast.With():
                yield from _at_top(statement.body)
            case _:
                pass


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)
