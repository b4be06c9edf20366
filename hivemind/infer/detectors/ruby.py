"""Ruby with Bundler: Rails, Sinatra and other Rack applications, and scripts that answer nobody."""

from __future__ import annotations

from hivemind.infer.assets import find_assets
from hivemind.infer.facts import Candidate, Code, Dependency, EnvRead, Fact, Reading, fact
from hivemind.infer.lines import Line, written_urls
from hivemind.infer.ruby import gemfile as gemfiles
from hivemind.infer.ruby.database_yml import DRIVERS, has_production, production_driver
from hivemind.infer.ruby.project import App, Project
from hivemind.infer.ruby.rack import find_rack
from hivemind.infer.ruby.rails import find_rails
from hivemind.infer.ruby.scripts import find_script
from hivemind.infer.ruby.source import application_lines, environment_reads
from hivemind.infer.ruby.version import ruby_version
from hivemind.infer.tree import Tree
from hivemind.model.image import Image

APP, MANIFEST, SCRIPTS = 100, 50, 10
EMBEDDED = "sqlite3"
SITES = ("jekyll", "github-pages", "middleman", "nanoc", "bridgetown")
"""Generators of static sites: the site is what is served, and no Ruby with it."""

TOOLS = frozenset({
    "fastlane", "cocoapods", "rake", "rubocop", "danger", "xcpretty", "xcode-install", "bundler", "activesupport",
    "concurrent-ruby", "overcommit", "travis", "sass", "compass", "scss_lint", "mdl", "asciidoctor", "kramdown",
    "html-proofer", "rspec", "serverspec", "test-kitchen", "chef", "puppet", "vagrant", "capistrano", "foreman",
    "xcodeproj", "nokogiri", "json", "benchmark", "bigdecimal", "logger", "mutex_m",
})  # fmt: skip
"""Gems that are run on the developer's machine, beside an app of any language."""


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a Ruby app; None when nothing in it is Ruby's, or all of it is a static site's."""
    project = Project(tree, folder, gemfiles.load(tree, folder))
    app = find_rails(project) or find_rack(project)
    if not app and project.gem(*SITES):
        return None
    app = app or find_script(project)
    if not app and not project.gemfile:
        return None
    lines = application_lines(tree, folder)
    facts = {
        "runtime": ruby_version(tree, folder, project.gemfile, image),
        **_installed(project),
        **_language(project, app),
    }
    facts |= {**_built(project), **app.facts, **_environment(app)} if app else {}
    weight = _weight(project, app)
    reading = Reading(facts, app.questions if app else ())
    return Candidate("ruby", weight, reading, _code(project, app, lines), _hints(app), app.kind if app else "web")


def _weight(project: Project, app: App | None) -> int:
    """A Gemfile that asks only for tools says nothing of the app beside it."""
    if app and app.framework:
        return APP
    gems = project.gemfile.gems if project.gemfile else ()
    return MANIFEST if any(gem.name not in TOOLS for gem in gems) else SCRIPTS


def _language(project: Project, app: App | None) -> dict[str, Fact]:
    if app and app.framework:
        why = f"{app.quote.file} is that of an application made with {app.framework}"
        return {"language": fact("ruby", why, app.quote), "framework": fact(app.framework, why, app.quote)}
    quotes = (project.tree.quote(project.gemfile.path),) if project.gemfile else (app.quote,) if app else ()
    return {"language": fact("ruby", "a Gemfile or a script of Ruby is all there is", *quotes)}


def _installed(project: Project) -> dict[str, Fact]:
    """Bundler keeps gems beside the app, without those of developers; node's packages come first for the assets."""
    gemfile = project.gemfile
    if not gemfile:
        return {}
    commands = ["bundle config set --local path vendor/bundle", "bundle config set --local without development:test"]
    if gemfile.platforms and not any(name == "ruby" or "x86_64-linux" in name for name in gemfile.platforms):
        commands.append("bundle lock --add-platform x86_64-linux")
    commands.append("bundle install")
    assets = find_assets(project.tree, project.folder)
    quotes = [project.tree.quote(gemfile.path), *((assets.quote,) if assets else ())]
    is_rails = project.gem("rails", "railties")  # whose own task calls the manager
    commands += [assets.plain_install if is_rails else assets.install] if assets else []
    why = "Bundler installs the gems" + (f", {assets.manager} the packages of the assets" if assets else "")
    return {
        "install": fact(tuple(commands), why, *quotes),
        "package_manager": fact("bundler", "the gems are listed here", quotes[0]),
    }


def _built(project: Project) -> dict[str, Fact]:
    """The assets of an app whose framework does not build them itself."""
    assets = find_assets(project.tree, project.folder)
    if not assets or not assets.build or project.gem("rails", "railties"):
        return {}
    return {"build": fact((assets.build,), "package.json says how the assets are built", assets.quote)}


def _environment(app: App) -> dict[str, Fact]:
    if not app.environment:
        return {}
    return {"env": fact(dict(app.environment), "so that it runs as in production", app.quote)}


def _code(project: Project, app: App | None, lines: list[Line]) -> Code:
    given = set(app.environment) if app else set()
    reads = [read for read in environment_reads(project.tree, lines) if read.name not in given]
    secrets = app.secrets.items() if app else ()
    needed = tuple(EnvRead(name, True, None, quote) for name, quote in secrets)
    reads = [read for read in reads if read.name not in {one.name for one in needed}]
    routes = app.routes if app else ()
    urls = written_urls(project.tree, lines)
    return Code(_dependencies(project), (*needed, *reads), routes, urls)


def _dependencies(project: Project) -> tuple[Dependency, ...]:
    """The gems; of several drivers only those asked for in production, or that it is configured for."""
    gems = project.gemfile.gems if project.gemfile else ()
    only = (project.gemfile.for_production if project.gemfile else frozenset()) & set(DRIVERS.values())
    if only:
        return tuple(gem for gem in gems if gem.name in only or gem.name not in DRIVERS.values())
    used = production_driver(project.tree, project.folder)
    is_unused = used is not None and used.name == EMBEDDED
    if is_unused and any(gem.name in DRIVERS.values() and gem.name != EMBEDDED for gem in gems):
        return gems  # nobody asks for a server's driver that is not used: DATABASE_URL replaces what the file says
    if used and has_production(project.tree, project.folder):
        return (*(gem for gem in gems if gem.name not in DRIVERS.values()), used)
    return gems


def _hints(app: App | None) -> dict[str, str]:
    return dict(app.hints) if app else {"start": "no config.ru, Rails or Sinatra application was found; set app.start"}
