"""Sites: projects that are built into files, and the static server that gives them out.

The server is `serve`, installed by the build into a folder of its own: whatever package manager the project uses, its
manifest, lock file and `node_modules` stay as they are, and the machine that starts it has to fetch nothing. A site of
one page answers every path with it (`-s`); one of many pages has a 404 of its own.
"""

from __future__ import annotations

import posixpath
import re

from hivemind.infer.facts import within
from hivemind.infer.node.app import App
from hivemind.infer.node.commands import commands
from hivemind.infer.node.frameworks import Framework
from hivemind.infer.node.manifest import Manifest, load
from hivemind.infer.node.project import ENDINGS
from hivemind.infer.node.starts import Start
from hivemind.infer.tree import Tree

INSTALL = "npm install --global --prefix .serve serve@14"
SINGLE = frozenset({"create-react-app", "vue-cli", "angular", "vite", "parcel", "quasar", "ember", "preact-cli", "umi",
                    "rsbuild", "webpack"})  # fmt: skip
BUILDERS = frozenset({"hexo", "eleventy", "gatsby", "docusaurus", "vitepress", "vuepress", "ng", "ember"})
"""Generators whose own servers are for development."""
OUT_DIR = re.compile(r"\b(?:outDir|outputDir|output_dir|publicDir\s*:\s*)\s*:\s*[\"'`]([\w./-]+)[\"'`]")
ELEVENTY_OUTPUT = re.compile(r"\boutput\s*:\s*[\"'`]([\w./-]+)[\"'`]")
CONFIGS = {"vite": "vite.config", "vue-cli": "vue.config", "astro": "astro.config", "eleventy": "eleventy.config"}


def site_start(site: Framework, app: App, written: Start | None) -> Start:
    """The team's own static server, else ours over what the build makes."""
    last = app.script.last if app.script else None
    if written and last and "preview" not in last.words and last.program not in BUILDERS:
        return written
    output = output_of(app.tree, app.manifest, site)
    why = f"{site.name} builds files; the static server that gives them out is added"
    quote = app.manifest.quote_package(site.package)
    command = static_start(output, site.name in SINGLE)
    return Start(command, why, (quote,), "certain", (INSTALL,), is_site=True, port=site.port)


def static_start(output: str, is_single: bool) -> str:
    """The command that serves a folder on PORT."""
    return f".serve/bin/serve {'-s ' if is_single else ''}{output} -l tcp://0.0.0.0:$PORT"


def output_of(tree: Tree, manifest: Manifest, site: Framework) -> str:
    """The folder that the build writes to, as its settings or its script say; else the tool's default."""
    if site.name == "angular":
        return angular_output(tree, manifest)
    if site.name in ("vitepress", "vuepress"):
        return _below_docs(tree, manifest, site)
    for command in commands(manifest.scripts.get("build", ""), manifest.scripts):
        if said := command.option("--outDir", "--out-dir", "--dist-dir", "--dest", "--output"):
            return _safe(said, site.output)
    pattern = ELEVENTY_OUTPUT if site.name == "eleventy" else OUT_DIR
    found = pattern.search(config_text(tree, manifest, CONFIGS.get(site.name, "")))
    return _safe(found[1], site.output) if found else site.output


def config_text(tree: Tree, manifest: Manifest, stem: str) -> str:
    """The text of a tool's settings file, whatever its ending."""
    names = [f"{stem}{ending}" for ending in ENDINGS] if stem else []
    names += [".eleventy.js"] if stem == "eleventy.config" else []
    return next((text for name in names if (text := tree.read(within(manifest.folder, name)))), "")


def _safe(path: str, default: str) -> str:
    clean = posixpath.normpath(path)
    return default if clean.startswith(("..", "/")) or " " in clean else clean


def angular_output(tree: Tree, manifest: Manifest) -> str:
    """`dist/<project>/browser` of the application builder, `dist/<project>` of the older ones."""
    settings = load(tree, manifest.folder, "angular.json")
    projects = settings.value("projects") if settings else None
    named = projects if isinstance(projects, dict) else {}
    preferred = settings.text("defaultProject") if settings else ""
    name = preferred if preferred in named else next(iter(named), manifest.text("name") or "app")
    for tool in ("architect", "targets"):
        if not settings:
            break
        builder = settings.text("projects", name, tool, "build", "builder")
        path = settings.value("projects", name, tool, "build", "options", "outputPath")
        base = path.get("base") if isinstance(path, dict) else path
        output = _safe(base, "dist") if isinstance(base, str) else f"dist/{name}"
        if builder:
            return f"{output}/browser" if builder.endswith(":application") else output
    return f"dist/{name}/browser"


def _below_docs(tree: Tree, manifest: Manifest, site: Framework) -> str:
    """`vitepress build docs` writes below `docs`."""
    for line in manifest.scripts.values():
        for command in commands(line, manifest.scripts):
            if command.program == site.name and command.words[1:2] == ("build",):
                place = next((word for word in command.words[2:] if not word.startswith("-")), ".")
                return posixpath.normpath(posixpath.join(place, site.output))
    return site.output
