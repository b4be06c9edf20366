"""Cargo.toml: packages and their binaries, workspaces and their members, dependencies with their features."""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hivemind.infer.facts import Dependency, within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FILE, LOCK = "Cargo.toml", "Cargo.lock"
MAX_MEMBERS = 80
DRIVER_FEATURES = frozenset({
    "sqlx", "diesel", "diesel-async", "sea-orm", "sea-query", "sea-orm-migration", "sqlx-core", "deadpool", "bb8",
    "r2d2", "rbatis", "tower-sessions-sqlx-store", "apalis", "loco-rs", "deadpool-diesel", "rocket_db_pools",
    "rocket_sync_db_pools", "welds", "ormx", "refinery",
})  # fmt: skip
"""Packages whose features choose the database."""

Table = Mapping[str, object]


@dataclass(frozen=True)
class Binary:
    """A program of a package, and the file that holds its main."""

    name: str
    path: str


@dataclass(frozen=True)
class Package:
    """One package. `root` is the folder of its workspace, where `target` and the lock lie."""

    folder: str
    root: str
    name: str
    binaries: tuple[Binary, ...]
    default_run: str | None
    dependencies: tuple[Dependency, ...]
    siblings: tuple[str, ...]
    """Folders of the packages it depends on by path."""
    quote: Quote
    rust_version: str = ""
    metadata: Table | None = None

    def uses(self, *names: str) -> Dependency | None:
        """The first of these packages that it depends on."""
        held = {one.name: one for one in self.dependencies}
        return next((held[name] for name in names if name in held), None)


def read_toml(tree: Tree, path: str) -> Table:
    """A TOML file as a table; empty where it is absent or broken."""
    try:
        return tomllib.loads(tree.read(path) or "")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return {}


def table(value: object, *keys: str) -> Table:
    """The table below the keys; empty where something else stands there."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def words(value: object) -> list[str]:
    """A list's texts."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A text, or nothing."""
    return value if isinstance(value, str) else ""


def read_packages(tree: Tree, folder: str) -> tuple[Package, ...]:
    """The package of the folder and the members of its workspace."""
    if not tree.exists(within(folder, FILE)):
        return ()
    root = _root_of(tree, folder)
    workspace = table(read_toml(tree, within(root, FILE)), "workspace")
    places = [folder, *(_members(tree, root, workspace) if root == folder else ())]
    found = (_package(tree, place, root, workspace) for place in dict.fromkeys(places))
    return tuple(one for one in found if one)


def load_package(tree: Tree, folder: str) -> Package | None:
    """The package whose manifest lies in the folder."""
    root = _root_of(tree, folder)
    return _package(tree, folder, root, table(read_toml(tree, within(root, FILE)), "workspace"))


def in_workspace(tree: Tree, folder: str) -> bool:
    """Whether a folder above opens a workspace."""
    while folder != ".":
        folder = posixpath.dirname(folder) or "."
        if "workspace" in read_toml(tree, within(folder, FILE)):
            return True
    return False


def _root_of(tree: Tree, folder: str) -> str:
    """The nearest folder at or above whose manifest opens a workspace that this one belongs to."""
    if "workspace" in read_toml(tree, within(folder, FILE)):
        return folder
    place = folder
    while place != ".":
        place = posixpath.dirname(place) or "."
        workspace = table(read_toml(tree, within(place, FILE)), "workspace")
        if workspace and folder in _members(tree, place, workspace):
            return place
    return folder


def _members(tree: Tree, root: str, workspace: Table) -> list[str]:
    left_out = {posixpath.normpath(posixpath.join(root, one)) for one in words(workspace.get("exclude"))}
    found: list[str] = []
    for pattern in words(workspace.get("members")):
        if "*" in pattern:
            manifests = tree.find(f"{pattern.removeprefix('./')}/{FILE}", root)
            depth = posixpath.normpath(posixpath.join(root, pattern)).count("/") + 1
            found += [posixpath.dirname(path) for path in manifests if path.count("/") == depth]
        else:
            found.append(posixpath.normpath(posixpath.join(root, pattern)))
    return [one for one in dict.fromkeys(found) if one not in left_out and not one.startswith("..")][:MAX_MEMBERS]


def _package(tree: Tree, folder: str, root: str, workspace: Table) -> Package | None:
    path = within(folder, FILE)
    document = read_toml(tree, path)
    package = table(document, "package")
    name = text(package.get("name"))
    if not name:
        return None
    version = package.get("rust-version")
    inherited = table(workspace, "package").get("rust-version") if isinstance(version, dict) else version
    return Package(
        folder=folder,
        root=root,
        name=name,
        binaries=tuple(_binaries(tree, folder, name, document)),
        default_run=text(package.get("default-run")) or None,
        dependencies=tuple(_dependencies(tree, path, document, workspace)),
        siblings=tuple(_siblings(folder, root, document, workspace)),
        quote=tree.quote(path, line_of(tree, path, "name")),
        rust_version=text(inherited),
        metadata=table(package, "metadata"),
    )


def _binaries(tree: Tree, folder: str, name: str, document: Table) -> Iterator[Binary]:
    """Those that are declared, then those that Cargo finds by where they lie."""
    seen: set[str] = set()
    declared = document.get("bin")
    for one in declared if isinstance(declared, list) else []:
        called = text(table(one).get("name"))
        place = text(table(one).get("path")) or _usual_place(tree, folder, called, name)
        if called and called not in seen:
            seen.add(called)
            yield Binary(called, posixpath.normpath(posixpath.join(folder, place)))
    taken = (
        {
            posixpath.normpath(posixpath.join(folder, text(table(one).get("path"))))
            for one in declared or []
            if table(one)
        }
        if isinstance(declared, list)
        else set[str]()
    )
    if table(document, "package").get("autobins") is False:
        return
    for path, called in _found(tree, folder, name):
        if called not in seen and path not in taken:
            seen.add(called)
            yield Binary(called, path)


def _usual_place(tree: Tree, folder: str, called: str, name: str) -> str:
    own = f"src/bin/{called}.rs"
    return own if tree.exists(within(folder, own)) or called != name else "src/main.rs"


def _found(tree: Tree, folder: str, name: str) -> Iterator[tuple[str, str]]:
    main = within(folder, "src/main.rs")
    if tree.exists(main):
        yield main, name
    for path in tree.find("*.rs", within(folder, "src/bin")):
        below = path.removeprefix(f"{within(folder, 'src/bin')}/")
        if "/" not in below:
            yield path, below.removesuffix(".rs")
        elif below.endswith("/main.rs") and below.count("/") == 1:
            yield path, below.partition("/")[0]


def _dependencies(tree: Tree, path: str, document: Table, workspace: Table) -> Iterator[Dependency]:
    """What the program is built with; of optional ones those that are on by default."""
    shared = table(workspace, "dependencies")
    defaults = " ".join(words(table(document, "features").get("default")))
    targets = (table(one, "dependencies") for one in table(document, "target").values())
    for group in (table(document, "dependencies"), *targets):
        for alias, value in group.items():
            own = table(value)
            if own.get("optional") is True and alias not in defaults:
                continue
            above = shared.get(alias) if own.get("workspace") is True else None
            name = text(own.get("package")) or text(table(above).get("package")) or alias
            features = {*words(own.get("features")), *words(table(above).get("features"))}
            extras = frozenset(features if name in DRIVER_FEATURES else ())
            yield Dependency(name, extras, tree.quote(path, line_of(tree, path, alias)))


def _siblings(folder: str, root: str, document: Table, workspace: Table) -> Iterator[str]:
    shared = table(workspace, "dependencies")
    for alias, value in table(document, "dependencies").items():
        base = folder
        place = text(table(value).get("path"))
        if table(value).get("workspace") is True:
            base, place = root, text(table(shared.get(alias)).get("path"))
        joined = posixpath.normpath(posixpath.join(base, place)) if place else ""
        if joined and not joined.startswith(".."):
            yield joined


def line_of(tree: Tree, path: str, key: str) -> int:
    """The line that sets a key, or opens its table; 0 where none does."""
    for number, line in enumerate(tree.lines(path), start=1):
        begins = line.strip()
        name = begins.partition("=")[0].strip().partition(".")[0].strip('"')
        if name == key or (begins.startswith("[") and begins.endswith(f".{key}]")):
            return number
    return 0
