"""A Django site as a launch: a production server, migrations, collected static files, the engines of DATABASES."""

from __future__ import annotations

from collections.abc import Sequence

from hivemind.infer.assets import AssetBuild, asset_build
from hivemind.infer.engines import DATABASES, EMBEDDED, engine_of_package
from hivemind.infer.facts import Code, Fact, fact, question, within
from hivemind.infer.python.apps import App
from hivemind.infer.python.django.site import VARIABLE, Site, find_site, is_asynchronous
from hivemind.infer.python.django.urls import Urls
from hivemind.infer.python.launch import Launch
from hivemind.infer.python.project import Project
from hivemind.infer.python.readers import variables_read
from hivemind.infer.python.servers import GUNICORN_CONFIG, PORTS, in_folder, start_command, words
from hivemind.infer.python.syntax import Module
from hivemind.model.findings import Question, Quote

ASSETS = ("assets", "frontend", "client", "static_src", "vite")
UVICORN_WORKER = "uvicorn.workers.UvicornWorker"


def launch_django(project: Project, code: Code) -> Launch | None:
    """How the folder's site is started; None when it holds none."""
    site = find_site(project)
    if not site:
        return None
    modules = _modules(site)
    quote = _quote(site)
    command, why = _start(site, modules, code)
    if not command:
        return None
    facts = {"port": fact(PORTS.get(words(command)[0], 8000), "where the server listens when nothing tells it",
                          confidence="fallback")}  # fmt: skip
    if site.manage:
        facts["migrate"] = fact(f"python {_manage(site)} migrate", "Django keeps its migrations in its apps", quote)
    if build := _build(site, code):
        facts["build"] = build
    if environment := _environment(site):
        facts["env"] = environment
    return Launch("django", command, why, quote, site.root, modules, facts=facts, code=_code(site),
                  questions=_asked(site), unused=_unused(site, code))  # fmt: skip


def _start(site: Site, modules: Sequence[Module], code: Code) -> tuple[str, str]:
    """The server's command and why; nothing where no entry for a server is there to be loaded."""
    is_async = is_asynchronous(site, code)
    target = site.entry("asgi" if is_async else "wsgi") or site.entry("asgi")
    if not target:
        return "", ""
    module, _, name = target.partition(":")
    has_config = site.project.tree.exists(within(site.project.folder, GUNICORN_CONFIG))
    loaded = next((m for m in modules if m.name == module), modules[0] if modules else None)
    if loaded is None:
        return "", ""
    is_async = is_async or not site.entry("wsgi")
    app = App(Module(loaded.path, module, {}, ()), site.root, name, "django", 0, "asgi" if is_async else "wsgi")
    command, why = start_command(app, code, has_config)
    if is_async and code.depends_on("gunicorn") and code.depends_on("uvicorn", "uvicorn-worker"):
        worker = "uvicorn_worker.UvicornWorker" if code.depends_on("uvicorn-worker") else UVICORN_WORKER
        command, why = (
            f"gunicorn --worker-class {worker} {target}",
            f"{target} served by gunicorn with uvicorn's worker",
        )
    return (in_folder(command, site.below), why) if site.below != "." else (command, why)


def _modules(site: Site) -> tuple[Module, ...]:
    """What the site loads: its settings, the URL configurations, and what the server's entry imports."""
    found: dict[str, Module] = {}
    settings = site.settings
    for module in settings.modules if settings else ():
        found |= {reached.path: reached for reached in site.project.reach(module, site.root)}
    if settings and (urls := settings.text("ROOT_URLCONF")):
        found |= {module.path: module for module in Urls(site.project, site.root).modules(urls)}
    for kind in ("wsgi", "asgi"):
        path = site.project.file_of(site.entry(kind).partition(":")[0], site.root) if site.entry(kind) else None
        entry = site.project.load(path, site.root) if path else None
        if entry:
            found.setdefault(entry.path, entry)
    return tuple(found.values())


def _code(site: Site) -> Code:
    settings = site.settings
    if not settings:
        return Code()
    urls = settings.text("ROOT_URLCONF")
    routes = Urls(site.project, site.root).routes(urls) if urls else ()
    return Code(routes=routes, stores=settings.stores())


def _unused(site: Site, code: Code) -> frozenset[str]:
    """Drivers that are asked for though the settings name another engine, and leave the environment no choice."""
    stores = site.settings.stores() if site.settings else ()
    if not stores or not site.settings or not site.settings.is_settled():
        return frozenset()
    engines = {store.engine for store in stores}
    others = (DATABASES - EMBEDDED) - engines if engines <= EMBEDDED else frozenset()
    return frozenset(d.name for d in code.dependencies if engine_of_package("python", d.name) in others)


def _build(site: Site, code: Code) -> Fact | None:
    """Assets are built first, so that they are collected with the other static files."""
    assets, collected = _assets(site, code), _collected(site)
    if not assets:
        return collected
    commands = collected.value if collected and isinstance(collected.value, tuple) else ()
    why = "package.json builds the assets" + (f"; {collected.evidence.why}" if collected else "")
    quotes = (assets.quote, *(collected.evidence.quotes if collected else ()))
    return fact((assets.install, assets.build, *commands), why, *quotes)


def _assets(site: Site, code: Code) -> AssetBuild | None:
    """The build of the package.json beside the site; of one in a folder below where a package loads what it builds."""
    folder, tree = site.project.folder, site.project.tree
    places = [folder, site.root]
    if code.depends_on("django-vite", "django-webpack-loader", "inertia-django"):
        places += [within(place, name) for place in (folder, site.root) for name in ASSETS]
    built = (asset_build(tree, place, folder) for place in dict.fromkeys(places))
    return next((found for found in built if found), None)


def _collected(site: Site) -> Fact | None:
    """Static files are collected where the settings say where to, unless that is another machine."""
    settings = site.settings
    if not (site.manage and settings and settings.has("STATIC_ROOT")) or settings.mentions("storages.backends"):
        return None
    module, value = next(settings.values("STATIC_ROOT"))
    reads = variables_read(site.project.tree, settings.modules)
    needed = sorted({read.name for read in reads if read.required} - {r.name for r in reads if not r.required})
    given = "".join(f"{name}={_stand_in(name)} " for name in needed)
    why = "STATIC_ROOT says where static files are collected" + (
        "; the settings only need values there" if given else ""
    )
    quote = site.project.tree.quote(module.path, value.lineno)
    return fact((f"{given}python {_manage(site)} collectstatic --noinput",), why, quote)


def _stand_in(name: str) -> str:
    """A value good enough for loading the settings while the build has no secrets."""
    return "sqlite:///build.sqlite3" if name.endswith("DATABASE_URL") else "build-only"


def _environment(site: Site) -> Fact | None:
    """The settings and the place of the modules, where the entries do not say so themselves."""
    values: dict[str, object] = {}
    if site.settings and site.settings.name != site.named:
        values["DJANGO_SETTINGS_MODULE"] = site.settings.name
    if site.below != ".":
        values["PYTHONPATH"] = site.below
    return fact(values, "what the server and manage.py run with", _quote(site)) if values else None


def _asked(site: Site) -> tuple[Question, ...]:
    if not site.others or not site.settings:
        return ()
    why = f"there are several settings; {site.settings.name} is taken: set DJANGO_SETTINGS_MODULE in app.env"
    return (question("env", why, site.settings.name, *site.others),)


def _quote(site: Site) -> Quote:
    tree = site.project.tree
    if site.manage:
        lines = tree.lines(site.manage.path)
        said = next((number for number, line in enumerate(lines, start=1) if VARIABLE in line), 0)
        return tree.quote(site.manage.path, said)
    path = site.settings.modules[0].path if site.settings else within(site.root, "wsgi.py")
    return tree.quote(path)


def _manage(site: Site) -> str:
    return within(site.below, "manage.py")
