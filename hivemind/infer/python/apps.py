"""Where the WSGI application is: an object or a factory, found in syntax trees.

Three shapes count: an object made at the top of a module (`app = Flask(__name__)`, whatever its name), a factory that
needs no arguments (`def create_app(): ...`), and a plain WSGI function (`def application(environ, start_response)`).
The best is chosen by the module first: `wsgi.py` exists for servers; then the shallower file, then the module's usual
names; an object beats a factory. What is equal by all of that is for a person to tell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hivemind.infer.python.project import SAFE_PATH, Project, canonical, module_name
from hivemind.infer.python.syntax import Module

MAX_DEPTH = 4
MAX_SEARCHED = 400

CONSTRUCTORS = {
    "flask.Flask": "flask",
    "flask.app.Flask": "flask",
    "apiflask.APIFlask": "flask",
    "flask_openapi3.OpenAPI": "flask",
    "bottle.Bottle": "bottle",
    "bottle.default_app": "bottle",
    "falcon.App": "falcon",
}
FACTORY = re.compile(r"^(create|make|build|get|init)_(app|application)$|^app_factory$")
MENTION = re.compile(
    r"\b(Flask|APIFlask|OpenAPI|Bottle|default_app|falcon|start_response|app_factory)\b"
    r"|\b(create|make|build|get|init)_app"
)
ASIDE = frozenset({
    "tests", "test", "docs", "doc", "examples", "example", "samples", "scripts", "migrations", "alembic",
})  # fmt: skip
MODULES = ("wsgi", "app", "application", "main", "server", "api", "run", "web", "__init__")
OBJECTS = ("app", "application", "server", "api")


@dataclass(frozen=True)
class App:
    """A WSGI application: `expression` in the module, which is imported from the folder `root`."""

    module: Module
    root: str
    expression: str
    framework: str
    line: int

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
        return (stem != "wsgi", depth, _place(stem, MODULES), self.is_factory, _place(name, OBJECTS))


def find_apps(project: Project) -> tuple[App, ...]:
    """Every application of the service, the best first; those of equal rank in the order of their names."""
    found: list[App] = []
    for path in _searched(project):
        if found and path.count("/") > found[0].module.path.count("/") + 1:
            break  # a deeper one would rank lower
        root = project.root_of(path)
        module = project.load(path, root) if root == "." or SAFE_PATH.match(root) else None
        if module:
            found += _apps_of(module, root)
    found += _passed_on(project, found)
    return tuple(sorted(found, key=lambda app: (app.rank, app.target)))


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
    """Applications of other modules that a `wsgi.py` imports under a usual name: it exists to be served."""
    made = {f"{app.module.name}.{app.expression}": app for app in found}
    for path in project.tree.find("*wsgi.py", project.folder) if found else ():
        root = project.root_of(path)
        module = None if _is_aside(path) or path.rpartition("/")[2] != "wsgi.py" else project.load(path, root)
        if not module:
            continue
        reached = project.reach(module, root)
        for name in OBJECTS[:2]:
            app = made.get(canonical(reached, f"{module.name}.{name}"))
            if app and app.module != module:
                yield App(module, root, name, app.framework, 1)


def _searched(project: Project) -> Iterator[str]:
    """Python files that mention a framework, near the top of the service's folder."""
    base = 0 if project.folder == "." else project.folder.count("/") + 1
    near = [
        p for p in project.tree.find("*.py", project.folder) if p.count("/") - base < MAX_DEPTH and not _is_aside(p)
    ]
    for path in near[:MAX_SEARCHED]:
        if MENTION.search(project.tree.read(path) or ""):
            yield path


def _is_aside(path: str) -> bool:
    *folders, name = path.split("/")
    return (
        not ASIDE.isdisjoint(folders) or name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
    )


def _apps_of(module: Module, root: str) -> Iterator[App]:
    classes = _subclasses(module)
    for statement in _at_top(module.body):
        for expression, framework in _defined(module, statement, classes):
            if framework:
                yield App(module, root, expression, framework, statement.lineno)


def _defined(module: Module, statement: ast.stmt, classes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What a statement defines that a server could load, with its framework; empty for what is no application."""
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value)
        ):
            yield name, _made_by(module, value, classes)
        case ast.FunctionDef(name=name):
            framework = _served_by(module, statement, classes)
            yield (name if framework == "wsgi" else f"{name}()"), framework
        case _:
            pass


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


def _subclasses(module: Module) -> dict[str, str]:
    """The module's own subclasses of a framework's class, by dotted name."""
    return {
        f"{module.name}.{made.name}": framework
        for made in module.all(ast.ClassDef)
        for base in made.bases
        if (framework := CONSTRUCTORS.get(_constructor(module, base), ""))
    }


def _constructor(module: Module, node: ast.AST) -> str:
    name = module.resolve(node)
    stars = [f"{star}.{node.id}" for star in module.stars] if isinstance(node, ast.Name) else []
    return next((n for n in (name, *stars) if n in CONSTRUCTORS), name)


def _made_by(module: Module, value: ast.AST | None, classes: dict[str, str]) -> str:
    """The framework of the application that the expression makes; empty when it makes none."""
    if not isinstance(value, ast.Call):
        return ""
    name = _constructor(module, value.func)
    if framework := CONSTRUCTORS.get(name) or classes.get(name):
        return framework
    return "flask" if FACTORY.match(name.rpartition(".")[2]) else ""


def _served_by(module: Module, function: ast.FunctionDef, classes: dict[str, str]) -> str:
    """`wsgi` for a WSGI callable, the framework for a factory without required arguments; else empty."""
    given = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    if len(given) == 2 and given[1] == "start_response":
        return "wsgi"
    if len(given) > len(function.args.defaults) or None in function.args.kw_defaults:
        return ""
    made = (_made_by(module, node, classes) for node in ast.walk(function) if isinstance(node, ast.Call))
    framework = next((name for name in made if name), "")
    returns = any(isinstance(node, ast.Return) and node.value for node in ast.walk(function))
    is_named_so = bool(FACTORY.match(function.name))
    return framework if returns and framework and (is_named_so or _returns_it(module, function, classes)) else ""


def _returns_it(module: Module, function: ast.FunctionDef, classes: dict[str, str]) -> bool:
    """Whether the function returns the very application it makes."""
    names = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _made_by(module, node.value, classes)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return any((isinstance(v, ast.Name) and v.id in names) or bool(_made_by(module, v, classes)) for v in returned)


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)
