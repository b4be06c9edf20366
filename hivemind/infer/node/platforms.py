"""Platforms whose settings decide what a build makes: a server of its own, files, or something for another host."""

from __future__ import annotations

import re
from dataclasses import replace

from hivemind.infer.facts import question
from hivemind.infer.node.app import App
from hivemind.infer.node.commands import Command
from hivemind.infer.node.frameworks import Framework
from hivemind.infer.node.sites import INSTALL, angular_output, config_text, static_start
from hivemind.infer.node.source import Source, parse
from hivemind.infer.node.starts import Start, by_platform
from hivemind.infer.node.tokens import STRING

SERVERLESS = ("vercel", "netlify", "cloudflare", "deno", "aws", "bun")
OUT = re.compile(r"\bout\s*:\s*[\"'`]([\w./-]+)[\"'`]")
ALL = {"HOST": "0.0.0.0"}
STANDALONE = ".next/standalone"


def platform_start(framework: Framework, app: App, written: Start | None) -> Start | None:
    """The start command of a platform; `written` is what the team's script says, which the settings may contradict."""
    match framework.name:
        case "next":
            return _next(framework, app, written)
        case "astro":
            return _astro(framework, app, written)
        case "angular":
            made = by_platform(framework, app)
            output = angular_output(app.tree, app.manifest).removesuffix("/browser")
            return written or (replace(made, command=f"node {output}/server/server.mjs") if made else None)
        case "sveltekit":
            return _sveltekit(framework, app, written)
        case "nuxt":
            return _nuxt(framework, app, written)
        case "react-router" | "remix" if _is_without_server(app) and not written:
            why = "without server rendering it builds files; the static server that gives them out is added"
            quote = app.manifest.quote_package(framework.package)
            return Start(
                static_start("build/client", True), why, (quote,), "certain", (INSTALL,), is_site=True, port=8080
            )
        case "adonis":
            return replace(_adonis(framework, app), env=ALL)
        case _:
            return written or by_platform(framework, app)


def _is_without_server(app: App) -> bool:
    """`ssr: false` in the settings of React Router or of Remix's bundler."""
    texts = (config_text(app.tree, app.manifest, stem) for stem in ("react-router.config", "vite.config"))
    return any(re.search(r"\bssr\s*:\s*false\b", text) for text in texts)


def _next(framework: Framework, app: App, written: Start | None) -> Start | None:
    source = _settings(app, "next.config")
    output = _literal(source, "output")
    quote = app.manifest.quote_package("next")
    last = app.script.last if app.script else None
    if output == "export" and not (last and last.program in ("serve", "http-server", "node")):
        why = "Next exports files; the static server that gives them out is added"
        return Start(static_start("out", False), why, (quote,), "certain", (INSTALL,), is_site=True, port=3000)
    if output == "standalone" and last and last.program == "next":
        return _standalone(app, quote_of=written or Start("", ""))
    return written or by_platform(framework, app)


def _standalone(app: App, quote_of: Start) -> Start:
    """Next's own server, with the files beside it that its build leaves elsewhere."""
    copies = [f"cp -r .next/static {STANDALONE}/.next/"]
    if any(path.startswith("public/") for path in app.tree.find("public/*", app.manifest.folder)) or _has_public(app):
        copies.insert(0, f"cp -r public {STANDALONE}/")
    why = "output is standalone, which `next start` does not serve"
    return Start(f"node {STANDALONE}/server.js", why, quote_of.quotes, "likely", tuple(copies), {"HOSTNAME": "0.0.0.0"})


def _has_public(app: App) -> bool:
    folder = app.manifest.folder
    return ("public" if folder == "." else f"{folder}/public") in app.tree.folders


def _astro(framework: Framework, app: App, written: Start | None) -> Start | None:
    if app.manifest.has("@astrojs/node"):
        if "middleware" in config_text(app.tree, app.manifest, "astro.config") and written:
            return written
        is_preview = bool(app.script and _is_preview(app.script.last))
        made = by_platform(framework, app) if written is None or is_preview else written
        return replace(made, env=ALL) if made else None
    if adapter := _foreign_adapter(app, "@astrojs/"):
        return _for_elsewhere(app, adapter, "@astrojs/node", "node dist/server/entry.mjs")
    if written and app.script and not _is_preview(app.script.last):
        return written
    why = "without an adapter Astro builds files; the static server that gives them out is added"
    quote = app.manifest.quote_package("astro")
    return Start(static_start("dist", False), why, (quote,), "certain", (INSTALL,), is_site=True, port=8080)


def _sveltekit(framework: Framework, app: App, written: Start | None) -> Start | None:
    config = config_text(app.tree, app.manifest, "svelte.config")
    if app.manifest.has("@sveltejs/adapter-node"):
        out = OUT.search(config)
        folder = out[1] if out else "build"
        if written and app.script and not _is_preview(app.script.last):
            return written
        quote = app.manifest.quote_package("@sveltejs/adapter-node")
        return Start(f"node {folder}", "adapter-node makes a server of it", (quote,))
    if app.manifest.has("@sveltejs/adapter-static"):
        is_single = "fallback" in config
        quote = app.manifest.quote_package("@sveltejs/adapter-static")
        why = "adapter-static makes files; the static server that gives them out is added"
        return Start(static_start("build", is_single), why, (quote,), "certain", (INSTALL,), is_site=True, port=8080)
    adapter = _foreign_adapter(app, "@sveltejs/adapter-")
    return _for_elsewhere(app, adapter or "auto", "@sveltejs/adapter-node", "node build")


def _nuxt(framework: Framework, app: App, written: Start | None) -> Start | None:
    version = app.manifest.version_of("nuxt").lstrip("^~>=v ")
    if version.startswith(("1", "2")):
        return written or Start(
            "npx nuxt start", "Nuxt 2 serves what it has built", (app.manifest.quote_package("nuxt"),)
        )
    build = app.manifest.scripts.get("build", "")
    if "generate" in build:
        why = "the build script generates files; the static server that gives them out is added"
        quote = app.manifest.quote_script("build")
        return Start(
            static_start(".output/public", False), why, (quote,), "certain", (INSTALL,), is_site=True, port=3000
        )
    is_preview = bool(app.script and _is_preview(app.script.last))
    return by_platform(framework, app) if written is None or is_preview else written


def _adonis(framework: Framework, app: App) -> Start:
    """The build is a folder of its own, and `start` is written to be run in it."""
    if any(app.tree.exists(path) for path in (f"{app.manifest.folder}/server.ts", "server.ts")):
        return Start(
            "node build/server.js",
            "Adonis 5 builds into a folder of its own",
            (app.manifest.quote_package("@adonisjs/core"),),
        )
    made = by_platform(framework, app)
    return made or Start(framework.start, "Adonis builds into a folder of its own")


def _for_elsewhere(app: App, adapter: str, wanted: str, better: str) -> Start:
    """Built for another host: its preview works, and the adapter for Node would be right."""
    why = f"the {adapter} adapter builds for another host; install {wanted}, and start with `{better}`"
    preview = "npx vite preview --host 0.0.0.0 --port $PORT" if "svelte" in wanted else better
    return Start(preview, why, (), "fallback", questions=(question("start", why, better, preview),))


def _foreign_adapter(app: App, prefix: str) -> str:
    return next((name for name in SERVERLESS if any(p.startswith(prefix + name) for p in app.manifest.packages)), "")


def _is_preview(command: Command | None) -> bool:
    return bool(command and "preview" in command.words)


def _settings(app: App, stem: str) -> Source | None:
    text = config_text(app.tree, app.manifest, stem)
    return parse(stem, text) if text else None


def _literal(source: Source | None, key: str) -> str:
    """The text that a setting always has; empty where it depends on something."""
    value = source.defined.get(key) if source else None
    if not source or not value or value.end - value.start != 1 or source.at(value.start).kind != STRING:
        return ""
    return source.at(value.start).text
