"""A Django site: `manage.py`, the settings it runs with, and the WSGI or ASGI application beside them."""

from __future__ import annotations

import ast
import posixpath
import re
from dataclasses import dataclass

from hivemind.infer.facts import Code, within
from hivemind.infer.python.django.settings import Settings
from hivemind.infer.python.project import Project, are_identifiers
from hivemind.infer.python.syntax import Module, argument, literal

VARIABLE = "DJANGO_SETTINGS_MODULE"
READERS = ("setdefault", "get", "getenv", "config", "env")
DEPTH = 4
PRODUCTION = re.compile(r"^(settings_)?(production|prod|live|deploy(ment)?|heroku|docker|server)(_settings)?$")
DEVELOPMENT = re.compile(r"^(settings_)?(dev|develop|development|local|debug|test|testing|base)(_settings)?$")


@dataclass(frozen=True)
class Site:
    """A site whose modules are imported from `root`; `manage` is None where only a server's entry was found.

    `settings` is what a server must run with, `named` what the entries name, `others` the settings beside it.
    """

    project: Project
    root: str
    manage: Module | None
    settings: Settings | None
    named: str
    others: tuple[str, ...] = ()

    @property
    def below(self) -> str:
        """The site's folder as seen from the service's."""
        return posixpath.relpath(self.root, self.project.folder)

    def entry(self, kind: str) -> str:
        """`proj.wsgi:application` for `wsgi` or `asgi`: what the settings name, else the file; empty without one."""
        said = self.settings.text(f"{kind.upper()}_APPLICATION") if self.settings else None
        if said and self.project.file_of(said.rpartition(".")[0], self.root):
            return ":".join(said.rsplit(".", 1))
        module = entry_module(self.project, self.root, kind)
        return f"{module.name}:application" if module else ""


def find_site(project: Project) -> Site | None:
    """The shallowest site of the folder; None when there is none."""
    manage = _manage(project)
    server = None if manage else _server(project)
    found = manage or server
    if not found:
        return None
    module, root = found
    by_manage = _names_settings(module)
    entries = [entry for kind in ("wsgi", "asgi") if (entry := entry_module(project, root, kind))]
    by_server = next((name for entry in entries if (name := _names_settings(entry))), "")
    named = by_server or by_manage or _usual(project, root)
    chosen, others = _for_production(project, root, named)
    settings = Settings.of(project, root, chosen)
    return Site(project, root, module if manage else None, settings, by_manage or named, others)


def is_asynchronous(site: Site, code: Code) -> bool:
    """Whether the site is meant for an ASGI server: it has channels, or no server but an ASGI one."""
    if not site.entry("asgi"):
        return False
    if code.depends_on("channels", "daphne") and (site.settings is None or site.settings.text("ASGI_APPLICATION")):
        return True
    has_wsgi = code.depends_on("gunicorn", "uwsgi", "waitress", "gevent")
    has_worker = code.depends_on("uvicorn-worker")
    return bool(has_worker or (not has_wsgi and code.depends_on("uvicorn", "hypercorn", "granian")))


def entry_module(project: Project, root: str, kind: str) -> Module | None:
    """The nearest `wsgi.py` or `asgi.py` below the root that makes a Django application."""
    for path in project.tree.find(f"*{kind}.py", root):
        module = (
            project.load(path, root) if path.rpartition("/")[2] == f"{kind}.py" and not project.is_aside(path) else None
        )
        if module and f"get_{kind}_application" in (project.tree.read(path) or ""):
            return module
    return None


def _manage(project: Project) -> tuple[Module, str] | None:
    base = 0 if project.folder == "." else project.folder.count("/") + 1
    for path in project.tree.find("*manage.py", project.folder):
        is_near = (
            path.count("/") - base < DEPTH and path.rpartition("/")[2] == "manage.py" and not project.is_aside(path)
        )
        if is_near and re.search(rf"{VARIABLE}|django\.core\.management", project.tree.read(path) or ""):
            root = path.rpartition("/")[0] or "."
            module = project.load(path, root)
            if module:
                return module, root
    return None


def _server(project: Project) -> tuple[Module, str] | None:
    for path in project.tree.find("*wsgi.py", project.folder):
        is_ours = path.rpartition("/")[2] == "wsgi.py" and not project.is_aside(path)
        if is_ours and "get_wsgi_application" in (project.tree.read(path) or ""):
            root = project.root_of(path)
            module = project.load(path, root)
            if module:
                return module, root
    return None


def _names_settings(module: Module) -> str:
    """The settings that an entry sets for when the environment names none."""
    for call in module.all(ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        is_ours = literal(argument(call, 0, "key")) == VARIABLE and name in READERS
        if is_ours and (found := literal(argument(call, 1, "default"))):
            return found
    for assign in module.all(ast.Assign):
        target = assign.targets[0]
        if isinstance(target, ast.Subscript) and literal(target.slice) == VARIABLE:
            return literal(assign.value) or ""
    return ""


def _usual(project: Project, root: str) -> str:
    """The nearest module called settings, where no entry names one by a literal."""
    for path in project.tree.find("*settings*", root):
        stem = path if root == "." else path.removeprefix(f"{root}/")
        name = stem.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if (
            path.endswith(".py")
            and not project.is_aside(path)
            and name.rpartition(".")[2] == "settings"
            and are_identifiers(name.split("."))
        ):
            return name
    return ""


def _for_production(project: Project, root: str, named: str) -> tuple[str, tuple[str, ...]]:
    """The settings that a server should run with, and those beside them; what is made for production wins."""
    owner, _, last = named.rpartition(".")
    beside = _beside(project, root, owner, named)
    if DEVELOPMENT.match(last) or (last == "settings" and beside):
        better = [name for name in beside if PRODUCTION.match(name.rpartition(".")[2])]
        return (better[0], (named, *better[1:])) if better else (named, ())
    return named, ()


def _beside(project: Project, root: str, owner: str, named: str) -> tuple[str, ...]:
    """Other settings modules in the same package, or inside of the settings where those are a package."""
    file = project.file_of(named, root) or ""
    package = file.rpartition("/")[0] if file.endswith("__init__.py") else within(root, owner.replace(".", "/"))
    prefix = named if file.endswith("__init__.py") else owner
    stems = [path.rpartition("/")[2].removesuffix(".py") for path in project.tree.find("*.py", package or ".")]
    direct = {stem for stem in stems if project.tree.exists(within(package or ".", f"{stem}.py"))}
    return tuple(f"{prefix}.{stem}" if prefix else stem for stem in sorted(direct) if PRODUCTION.match(stem))
