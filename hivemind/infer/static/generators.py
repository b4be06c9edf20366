"""Generators of sites that are no packages of node: Hugo, Jekyll, Zola, MkDocs and others.

Some are programs of their own that a build has to have; what installs the others is said by their files.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hivemind.infer.assets import find_assets
from hivemind.infer.facts import question, within
from hivemind.infer.ruby import gemfile as gemfiles
from hivemind.infer.static.site import Site, exists, has_folder
from hivemind.infer.tree import Tree

SURE, LIKELY, ASIDE = 90, 60, 10
"""Weights: a site is all there is, it probably is, it documents something else."""

HUGO = ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml", "config/_default/hugo.yaml")
HUGO_OLD = ("config.toml", "config.yaml", "config.yml", "config.json", "config/_default/config.toml")
HUGO_SAYS = re.compile(r"^[ \t]*[\"']?(?:base[uU][rR][lL]|languageCode|theme|paginate)[\"']?\s*[:=]", re.MULTILINE)
ZOLA_SAYS = re.compile(r"^[ \t]*base_url\s*=", re.MULTILINE)
FOLDERS = ("content", "layouts", "archetypes", "themes")
GEMS = {
    "middleman": ("bundle exec middleman build", "build"), "nanoc": ("bundle exec nanoc", "output"),
    "bridgetown": ("bin/bridgetown deploy", "output"),
}  # fmt: skip
BUNDLE = ("bundle config set --local path vendor/bundle", "bundle install")
VENV = "python3 -m venv --clear .venv"
MANIFESTS = (
    "pyproject.toml",
    "setup.py",
    "package.json",
    "Cargo.toml",
    "go.mod",
    "composer.json",
    "pom.xml",
    "Gemfile",
)
SAFE = re.compile(r"^[\w][\w./-]{0,80}$")


def find_generator(tree: Tree, folder: str) -> Site | None:
    """The site that a generator makes; None when the folder is none's."""
    return next((site for find in GENERATORS if (site := find(tree, folder))), None)


def _hugo(tree: Tree, folder: str) -> Site | None:
    config = exists(tree, folder, *HUGO)
    if not config:
        config = exists(tree, folder, *HUGO_OLD)
        if not config or not has_folder(tree, folder, *FOLDERS) or not HUGO_SAYS.search(tree.read(config) or ""):
            return None
    output = _setting(tree, config, "publishDir", "publishdir") or "public"
    install, build = _with_assets(tree, folder, "hugo", "hugo --minify")
    quote = tree.quote(config)
    return Site(output, "Hugo makes the site", quote, SURE, "hugo", install, build)


def _zola(tree: Tree, folder: str) -> Site | None:
    config = exists(tree, folder, "config.toml", "zola.toml")
    if (
        not config
        or not ZOLA_SAYS.search(tree.read(config) or "")
        or not has_folder(tree, folder, "content", "templates")
    ):
        return None
    output = _setting(tree, config, "output_dir") or "public"
    quote, build = tree.quote(config), ("zola build",)
    return Site(output, "Zola makes the site", quote, SURE, "zola", (), build)


def _jekyll(tree: Tree, folder: str) -> Site | None:
    """By its gem, or as GitHub knows it: by `_config.yml` and pages, without any gem being named."""
    gemfile, config = gemfiles.load(tree, folder), exists(tree, folder, "_config.yml", "_config.yaml", "_config.toml")
    gem = gemfile.gem("jekyll", "github-pages") if gemfile else None
    if not gem and not (config and _has_pages(tree, folder)):
        return None
    output = (_setting(tree, config, "destination") if config else None) or "_site"
    quote = gem.quote if gem else tree.quote(config or "")
    why = "Jekyll makes the site"
    if gem:
        install, build = _with_assets(tree, folder, "jekyll", "JEKYLL_ENV=production bundle exec jekyll build")
        return Site(output, why, quote, SURE, "jekyll", (*BUNDLE, *install), build, "bundler")
    asked = question("install", "no Gemfile names the gems of the site; add one with jekyll and its theme")
    install, build = ("gem install jekyll",), ("JEKYLL_ENV=production jekyll build",)
    weight = ASIDE if exists(tree, folder, *MANIFESTS) else LIKELY
    return Site(output, why, quote, weight, "jekyll", install, build, None, (asked,))


def _has_pages(tree: Tree, folder: str) -> bool:
    """Whether there is what Jekyll makes pages from; a README is the page of a project on GitHub."""
    has_parts = has_folder(tree, folder, "_posts", "_layouts", "_includes", "_data")
    return has_parts or bool(exists(tree, folder, "index.md", "index.markdown", "index.html", "README.md"))


def _of_gem(tree: Tree, folder: str) -> Site | None:
    gemfile = gemfiles.load(tree, folder)
    gem = gemfile.gem(*GEMS) if gemfile else None
    if not gem:
        return None
    build, output = GEMS[gem.name]
    assets = find_assets(tree, folder)
    install = (*BUNDLE, *((assets.install,) if assets else ()))
    return Site(output, f"{gem.name} makes the site", gem.quote, SURE, gem.name, install, (build,), "bundler")


def _mkdocs(tree: Tree, folder: str) -> Site | None:
    config = exists(tree, folder, "mkdocs.yml", "mkdocs.yaml")
    if not config:
        return None
    output = _setting(tree, config, "site_dir") or "site"
    install = _python(tree, folder, "mkdocs-material" if "material" in (tree.read(config) or "") else "mkdocs")
    weight = ASIDE if exists(tree, folder, *MANIFESTS) else LIKELY
    build = (".venv/bin/mkdocs build",)
    return Site(output, "MkDocs makes the site", tree.quote(config), weight, "mkdocs", install, build, "pip")


def _pelican(tree: Tree, folder: str) -> Site | None:
    config = exists(tree, folder, "pelicanconf.py")
    if not config:
        return None
    settings = "publishconf.py" if exists(tree, folder, "publishconf.py") else "pelicanconf.py"
    build = (f".venv/bin/pelican content -s {settings} -o output",)
    install = _python(tree, folder, "'pelican[markdown]'")
    return Site("output", "Pelican makes the site", tree.quote(config), LIKELY, "pelican", install, build, "pip")


def _mdbook(tree: Tree, folder: str) -> Site | None:
    config = exists(tree, folder, "book.toml")
    if not config or not has_folder(tree, folder, "src"):
        return None
    output = _setting(tree, config, "build-dir") or "book"
    weight = ASIDE if exists(tree, folder, *MANIFESTS) else LIKELY
    quote, build = tree.quote(config), ("mdbook build",)
    return Site(output, "mdBook makes the site", quote, weight, "mdbook", (), build)


GENERATORS: tuple[Callable[[Tree, str], Site | None], ...] = (
    _zola,
    _hugo,
    _jekyll,
    _of_gem,
    _mkdocs,
    _pelican,
    _mdbook,
)
"""Zola before Hugo: both read `config.toml`, but only Zola needs `base_url`."""


def _with_assets(tree: Tree, folder: str, name: str, command: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What installs and builds: the script of a package.json that calls the generator itself, or before it."""
    assets = find_assets(tree, folder)
    if not assets:
        return (), (command,)
    if not assets.build:
        return (assets.install,), (command,)
    calls_it = name in assets.scripts.get("build", "")
    return (assets.install,), (assets.build,) if calls_it else (assets.build, command)


def _python(tree: Tree, folder: str, package: str) -> tuple[str, ...]:
    """The packages of the requirements that ask for the generator, else the generator alone."""
    for name in ("requirements.txt", "docs/requirements.txt", "requirements-docs.txt", "docs-requirements.txt"):
        if package.strip("'").partition("[")[0].partition("-")[0] in (tree.read(within(folder, name)) or "").lower():
            return (VENV, f".venv/bin/pip install -r {name}")
    return (VENV, f".venv/bin/pip install {package}")


def _setting(tree: Tree, path: str, *names: str) -> str | None:
    """A setting at the beginning of a line, in TOML or YAML, where it is a plain folder."""
    pattern = re.compile(rf"^\s*[\"']?(?:{'|'.join(names)})[\"']?\s*[:=]\s*[\"']?([^\"'#]*)")
    for line in tree.lines(path):
        if found := pattern.match(line):
            value = found[1].strip().rstrip(",").removeprefix("./").rstrip("/")
            return value if SAFE.match(value) and ".." not in value else None
    return None
