"""Which package manager installs the project, and the command: by the `packageManager` field, then by lock file.

npm comes with Node. Any other manager is fetched by npx in the version the project names, which needs no root, no
corepack and no program on the path, and leaves the manager on the path of the scripts it runs.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace

from hivemind.infer.facts import question, within
from hivemind.infer.node.manifest import Manifest, load
from hivemind.infer.node.workspaces import root_of
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question, Quote

LOCKS = {
    "pnpm-lock.yaml": "pnpm", "bun.lock": "bun", "bun.lockb": "bun", "yarn.lock": "yarn",
    "package-lock.json": "npm", "npm-shrinkwrap.json": "npm",
}  # fmt: skip
FIELD = re.compile(r"^(npm|pnpm|yarn|bun)@([0-9]+)((?:\.[0-9]+){0,2})")
YARN_PATH = re.compile(r"^\s*yarnPath:\s*[\"']?([\w./-]+\.c?js)[\"']?\s*$")
LOCKFILE_VERSION = re.compile(r"^lockfileVersion:\s*['\"]?([0-9]+)")
PNPM_BY_LOCK = {"5": "7", "6": "8", "9": "9"}
DEFAULTS = {"pnpm": "9", "yarn": "1", "bun": "1"}


@dataclass(frozen=True)
class Manager:
    """`name` and how it is called; `lock` is the lock file it has, empty without one, in the folder `root`."""

    name: str
    call: str
    lock: str
    root: str
    why: str
    quotes: tuple[Quote, ...]
    others: tuple[str, ...] = ()
    is_modern_yarn: bool = False

    @property
    def install(self) -> tuple[str, ...]:
        """The commands that install what the lock file says, or what the manifest asks for where there is none."""
        match self.name:
            case "npm":
                return ("npm ci" if self.lock else "npm install",)
            case "yarn" if self.is_modern_yarn:
                # Without plug'n'play: its resolver would have to be loaded into whatever starts the app.
                frozen = " --immutable" if self.lock else ""
                return (f"YARN_NODE_LINKER=node-modules {self.call} install{frozen}",)
            case _:
                return (f"{self.call} install{' --frozen-lockfile' if self.lock else ''}",)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Lock files of several managers contradict one another."""
        if not self.others:
            return ()
        why = f"there are lock files of {self.name} and of {', '.join(self.others)}; delete those that are not used"
        return (question("package_manager", why, self.name, *self.others),)

    def run(self, script: str) -> str:
        """The command that runs a script of the manifest while building."""
        return f"npm run {script}" if self.name == "npm" else f"{self.call} run {script}"

    @property
    def start(self) -> str:
        """What runs a script on a machine that has the built tree and Node alone."""
        return f"{self.call}" if self.name == "bun" else "npm"


def find_manager(tree: Tree, manifest: Manifest) -> Manager:
    """The manager of the folder, or of the workspace above it."""
    for place in dict.fromkeys((manifest.folder, root_of(tree, manifest.folder))):
        owner = manifest if place == manifest.folder else load(tree, place)
        if found := _by_field(tree, owner, place) or _by_lock(tree, place):
            return replace(found, call=_seen_from(manifest.folder, place, found.call))
    for name, text in manifest.strings("engines").items():
        if name in DEFAULTS:
            number = re.search(r"[0-9]+", text)
            quote = manifest.quote(f'"{name}"', '"engines"')
            return _manager(tree, name, number[0] if number else "", manifest.folder, ("engines asks for it", quote))
    return Manager("npm", "npm", "", manifest.folder, "there is no lock file: npm, which comes with Node", ())


def _seen_from(folder: str, root: str, call: str) -> str:
    """A program that lies at the workspace's root, called from a member."""
    program = call.removeprefix("node ")
    return call if folder == root or program == call else f"node {posixpath.relpath(within(root, program), folder)}"


def _by_field(tree: Tree, manifest: Manifest | None, place: str) -> Manager | None:
    if manifest is None:
        return None
    field = FIELD.match(manifest.text("packageManager"))
    if not field:
        return None
    version = f"{field[2]}{field[3]}"
    return _manager(tree, field[1], version, place, ("packageManager names it", manifest.quote('"packageManager"')))


def _by_lock(tree: Tree, place: str) -> Manager | None:
    found = {name: manager for name, manager in LOCKS.items() if tree.exists(within(place, name))}
    if not found:
        return None
    # A lock of Bun's beside another is often the older one, and whatever Bun installs Node's managers do too.
    lock, name = next(((lock, of) for lock, of in found.items() if of != "bun"), next(iter(found.items())))
    others = tuple(dict.fromkeys(other for other in found.values() if other != name))
    made = _manager(tree, name, "", place, (f"{lock} is its lock file", tree.quote(within(place, lock))))
    return replace(made, others=others)


def _manager(tree: Tree, name: str, version: str, place: str, said: tuple[str, Quote]) -> Manager:
    lock = next((lock for lock, of in LOCKS.items() if of == name and tree.exists(within(place, lock))), "")
    why, quote = said
    if name == "npm":
        return Manager("npm", "npm", lock, place, why, (quote,))
    if name == "yarn":
        return _yarn(tree, version, place, (lock, why, quote))
    version = version or (_pnpm_version(tree, within(place, lock)) if name == "pnpm" else DEFAULTS[name])
    return Manager(name, f"npx --yes {name}@{version}", lock, place, why, (quote,))


def _yarn(tree: Tree, version: str, place: str, said: tuple[str, str, Quote]) -> Manager:
    """Yarn 1, or a later one: its own settings file is the sign, and may hold the program itself."""
    lock, why, quote = said
    settings = within(place, ".yarnrc.yml")
    is_modern = tree.exists(settings) or (version.split(".")[0] or "1") != "1" or _is_modern_lock(tree, place)
    if not is_modern:
        return Manager("yarn", f"npx --yes yarn@{version or DEFAULTS['yarn']}", lock, place, why, (quote,))
    paths = (found[1] for line in tree.lines(settings) if (found := YARN_PATH.match(line)))
    program = next((path for path in paths if tree.exists(within(place, path))), "")
    call = f"node {program}" if program else f"npx --yes @yarnpkg/cli-dist@{version or '4'}"
    return Manager("yarn", call, lock, place, why, (quote,), is_modern_yarn=True)


def _is_modern_lock(tree: Tree, place: str) -> bool:
    return any(line.startswith("__metadata:") for line in tree.lines(within(place, "yarn.lock"))[:20])


def _pnpm_version(tree: Tree, lock: str) -> str:
    """A release that reads the lock file as it is."""
    for line in tree.lines(lock)[:5]:
        if found := LOCKFILE_VERSION.match(line):
            return PNPM_BY_LOCK.get(found[1], DEFAULTS["pnpm"])
    return DEFAULTS["pnpm"]
