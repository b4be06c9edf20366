"""Which services a repository holds when no spec says so: every folder that is an app of its own.

The root's app wins over what lies below it, unless the root is only the shell around packages: then its members are
asked. A file that builds services from several folders (compose, render.yaml) names them all. Beside an app its own
workers become services, as its Procfile or compose file declares them. What is not clear is a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hivemind.infer.detectors import candidates
from hivemind.infer.facts import Candidate, Survey, question, within
from hivemind.infer.frontend import server_of
from hivemind.infer.names import service_name, unique
from hivemind.infer.places import is_aside
from hivemind.infer.processes import Process, declared_folders, processes_of
from hivemind.infer.procfile import serves_root
from hivemind.infer.signs import MANIFESTS
from hivemind.infer.sources.compose import PROXIES
from hivemind.infer.sources.render_yaml import blueprints, passed_over
from hivemind.infer.survey import survey
from hivemind.infer.tree import Tree
from hivemind.infer.workspaces import is_built_whole, is_shell
from hivemind.model.findings import Question
from hivemind.model.spec import LOCAL, EnvironmentSpec, ServiceSpec, Spec

DEPTH = 3
MAX_PLACES = 40
MAX_SERVICES = 8
APP, MANIFEST = 100, 50
"""Weights of candidates: an application was found, or only what it needs."""

FRONTENDS = ("frontend", "client", "web", "ui", "webapp", "front", "site", "dashboard", "admin")
PAGES = frozenset({"index.php", "index.html", "Dockerfile"})
"""Manifests that are no list of packages."""
COMPILED = ("go", "java", "dotnet", "rust", "elixir", "cpp")

PLACES = re.compile(
    r"^(package\.json|deno\.jsonc?|requirements\.txt|pyproject\.toml|Pipfile|setup\.py|manage\.py|go\.mod|main\.go|pom\.xml"
    r"|build\.gradle(\.kts)?|build\.sbt|Gemfile|config\.ru|composer\.json|index\.php|Cargo\.toml|mix\.exs|gleam\.toml"
    r"|.*\.((cs|fs)proj|slnx?)|CMakeLists\.txt|Dockerfile|index\.html|(app|main|server|wsgi|bot|worker)\.(py|js|ts|rb))$"
)
"""Files by which a folder may be an app; the detectors are run on no other folder."""


@dataclass(frozen=True)
class Discovery:
    """A spec of what the repository itself shows, without services where it shows no app; and what is not clear."""

    spec: Spec
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class App:
    """A folder that is an app."""

    folder: str
    candidate: Candidate

    @property
    def starts(self) -> bool:
        """Whether anything says how it is started."""
        return "start" in self.candidate.reading.facts

    @property
    def stands_alone(self) -> bool:
        """Whether an application was found in it, or how it starts, with packages of its own; a library is neither."""
        start = self.candidate.reading.facts.get("start")
        starts = start is not None and start.evidence.confidence != "fallback" and self.candidate.weight >= MANIFEST
        return (self.candidate.weight >= APP or starts) and "install" not in self.candidate.hints


def explore(tree: Tree, name: str) -> Survey:
    """The survey of a repository without a spec."""
    found = discover(tree, name)
    surveyed = survey(tree, found.spec)
    return replace(surveyed, unsure=(*found.questions, *surveyed.unsure))


def discover(tree: Tree, name: str) -> Discovery:
    """The services that the repository itself shows."""
    apps, questions = _apps(tree)
    services: list[ServiceSpec] = []
    for app in apps:
        services += _services(tree, app, {service.name for service in services})
    if len(services) > MAX_SERVICES:
        left = ", ".join(sorted({service.path for service in services[MAX_SERVICES:]}))
        why = f"there are {len(services)} services, more than {MAX_SERVICES}; also in {left}: which are deployed?"
        questions = (*questions, question("services", why, *(service.name for service in services)))
    questions = (*questions, *passed_over(tree, services))
    spec = Spec(name=name, services=tuple(services[:MAX_SERVICES]), environments={LOCAL: EnvironmentSpec()})
    return Discovery(spec, questions)


def best(tree: Tree, folder: str) -> Candidate | None:
    """The heaviest reading of a folder as an app."""
    return max(candidates(tree, folder, ServiceSpec().image), key=lambda candidate: candidate.weight, default=None)


def _apps(tree: Tree) -> tuple[list[App], tuple[Question, ...]]:
    """The root's app with those that a file declares beside it, else the members."""
    candidate = best(tree, ".")
    root = App(".", candidate) if candidate else None
    if root and (serves_root(tree) or is_built_whole(tree)):
        return [root], ()
    if root and root.stands_alone and not is_shell(tree, ".") and not _is_elsewhere(tree, root):
        return _with_declared(tree, root)
    members = _members(tree)
    declared = declared_folders(tree)
    alone = _without_mere_images([app for app in members if app.stands_alone or app.folder in declared])
    if root and (not alone or (len(alone) == 1 and _builds_member(root, alone[0]))):
        return [root], ()
    if alone:
        return _one_or_both(tree, alone)
    if len(members) > 1:
        why = "several folders hold code, but none shows how it is started; set app.path and app.start"
        return [], (question("services", why, *(app.folder for app in members)),)
    return members, ()


def _is_elsewhere(tree: Tree, root: App) -> bool:
    """Whether the line that the start rests on lies in a package of its own below the root."""
    start = root.candidate.reading.facts.get("start")
    folders = {quote.file.rpartition("/")[0] for quote in start.evidence.quotes} - {""} if start else set()
    own = {name for name, language in MANIFESTS.items() if language == root.candidate.language} - PAGES
    return any(tree.exists(within(folder, name)) for folder in folders for name in own)


def _builds_member(root: App, member: App) -> bool:
    """Whether the only member is built from the root: so are those of compiled languages, if the root knows as much."""
    knows_less = "framework" in member.candidate.reading.facts and "framework" not in root.candidate.reading.facts
    return root.stands_alone and root.candidate.language in COMPILED and not knows_less


def _with_declared(tree: Tree, root: App) -> tuple[list[App], tuple[Question, ...]]:
    """The root's app, and the folders that compose or render.yaml build beside it."""
    folders = [folder for folder in declared_folders(tree) if folder != "." and not _is_proxy(folder)]
    found = [App(folder, candidate) for folder in folders[:MAX_PLACES] if (candidate := best(tree, folder))]
    beside = _without_mere_images([app for app in found if app.stands_alone])
    deployed = {one.folder for one in blueprints(tree)}
    images = [app for app in found if app not in beside and app.folder in deployed and app.starts]
    apps, questions = _one_or_both(tree, [root, *beside, *images])
    return apps, (*questions, *_frontends(tree, apps))


def _frontends(tree: Tree, apps: list[App]) -> tuple[Question, ...]:
    """A question for a frontend beside the root's app that nothing builds or deploys."""
    builds = apps[0].candidate.reading.facts.get("build")
    known = {app.folder for app in apps}
    found = []
    for folder in FRONTENDS:
        is_built = builds is not None and folder in str(builds.value)
        if folder in known or is_built or not tree.exists(f"{folder}/package.json"):
            continue
        candidate = best(tree, folder)
        if candidate and candidate.weight >= APP and not server_of(tree, folder, candidate, ["."]):
            why = f"{folder} is an app that the root neither builds nor starts: is it deployed, too?"
            found.append(question("services", why, "no", "yes"))
    return tuple(found)


def _one_or_both(tree: Tree, apps: list[App]) -> tuple[list[App], tuple[Question, ...]]:
    """Without the frontends that another of the apps builds in and serves, each with a question."""
    left, questions = list(apps), list[Question]()
    for app in apps:
        others = [other.folder for other in left if other is not app]
        if served := server_of(tree, app.folder, app.candidate, others):
            left.remove(app)
            why = f"{served.file}:{served.line} serves what {app.folder} builds: is {app.folder} a service of its own?"
            questions.append(question("services", why, "no", "yes"))
    return left, tuple(questions)


def _members(tree: Tree) -> list[App]:
    """The apps below the root, none inside another."""
    found: list[App] = []
    for folder in _places(tree):
        if any(folder.startswith(f"{app.folder}/") for app in found if app.stands_alone):
            continue
        if (candidate := best(tree, folder)) and candidate.weight >= MANIFEST:
            found.append(App(folder, candidate))
    return found


def _places(tree: Tree) -> list[str]:
    """The folders that hold a manifest, shallowest first; none of them for tests, examples or documentation."""
    found = set[str]()
    for path in tree.files:
        folder, _, name = path.rpartition("/")
        if folder and folder not in found and folder.count("/") < DEPTH and PLACES.match(name):
            found.add(folder)
    ours = [folder for folder in found if not is_aside(folder) and not _is_proxy(folder)]
    return sorted(ours, key=lambda folder: (folder.count("/"), folder))[:MAX_PLACES]


def _is_proxy(folder: str) -> bool:
    return folder.rpartition("/")[2].lower().startswith(PROXIES)


def _without_mere_images(apps: list[App]) -> list[App]:
    """Without folders that hold only a Dockerfile, where others hold code."""
    code = [app for app in apps if app.candidate.language != "docker"]
    return code or apps


def _services(tree: Tree, app: App, taken: set[str]) -> list[ServiceSpec]:
    """The app itself, and its workers where a file declares them."""
    processes = processes_of(tree, app.folder)
    workers = [one for one in processes if one.kind == "worker"]
    webs = [one for one in processes if one.kind == "web"]
    own: list[Process] = []
    is_guess = app.candidate.language == "docker" and bool(workers)
    serves = app.candidate.kind == "web" and app.starts and not is_guess
    if serves or webs or not workers:
        own.append(Process(_own_name(app, webs), "web" if webs else app.candidate.kind))
    made: list[ServiceSpec] = []
    for process in (*own, *workers):
        name = unique(service_name(process.name, process.kind), taken | {service.name for service in made})
        made.append(ServiceSpec(name=name, kind=process.kind, path=app.folder))
    return made


def _own_name(app: App, webs: list[Process]) -> str:
    """The root's app is called by its kind, any other by the file that names it, else by its folder."""
    if app.folder == ".":
        return "web" if webs else app.candidate.kind
    declared = webs[0].name if len(webs) == 1 and webs[0].name != "web" else ""
    return declared or app.folder
