"""The start command of an app: the script that serves, a platform's own command, a static server, or the entry file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hivemind.infer.facts import question, within
from hivemind.infer.node.app import App, Script, compiled
from hivemind.infer.node.frameworks import Framework
from hivemind.infer.node.packages import Manager
from hivemind.model.findings import Confidence, Question, Quote

SAFE = re.compile(r"^[\w./@-]+$")
HOSTS = ("wrangler.toml", "wrangler.jsonc", "wrangler.json", "vercel.json", "netlify.toml", "serverless.yml",
         "firebase.json", "template.yaml", "sst.config.ts")  # fmt: skip
OTHER_MANAGER = re.compile(r"(?:^|[\s;&|\"'])(?:yarn|pnpm|bunx?)(?:\s|$)")
ENV_FILE = re.compile(r"--env-file[= ](\S+)")
OUTPUT = re.compile(r"(?:^|/)(?:dist|build|out|lib|output|compiled|\.output|\.next|server)/")
COMPILERS = re.compile(r"\b(?:tsc|nest build|swc|tsup|esbuild|rollup|ncc|babel|unbuild|tsdown|webpack|vite build)\b")


@dataclass(frozen=True)
class Start:
    """The command and why; `build` is what it needs built, `is_site` whether nothing but files is served.

    `is_script` says that a script of the team is run as it is, with the ports and variables in it.
    """

    command: str
    why: str
    quotes: tuple[Quote, ...] = ()
    confidence: Confidence = "certain"
    build: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    is_site: bool = False
    is_script: bool = False
    port: int | None = None


def by_script(app: App, manager: Manager) -> Start | None:
    """What the team wrote, if it serves for production."""
    script = app.script
    if script is None or script.last is None:
        return None
    quote = app.quote(script)
    said = "start" if script.name == "start" else f"{script.name}, since start is for development or missing"
    line = app.manifest.scripts[script.name]
    env_file = ENV_FILE.search(line)
    if (
        env_file
        and not app.tree.exists(env_file[1])
        and script.manifest is app.manifest
        and script.last.program == "node"
    ):
        rest = " ".join(word for word in script.last.words if not word.startswith("--env-file"))
        return Start(rest, f"the manifest's {said}, without {env_file[1]}, which is not in the repository", (quote,))
    if manager.name not in ("npm", "bun") and OTHER_MANAGER.search(line) and script.manifest is app.manifest:
        why = f"what the manifest's {said} runs, since {manager.name} is only there while building"
        return Start(_directly(script), why, (quote,), is_script=True)
    command = run_script(app, manager, script.name)
    if asked := _missing_file(app, script, quote):
        why = f"the manifest's {said}, though the file it names is not there"
        return Start(command, why, (quote,), "fallback", questions=(asked,), is_script=True)
    env = {"FASTIFY_ADDRESS": "0.0.0.0"} if script.last.program == "fastify" else {}
    return Start(command, f"the manifest's {said}", (quote,), env=env, is_script=True)


def _missing_file(app: App, script: Script, quote: Quote) -> Question | None:
    """A question where the script runs a file that is neither in the repository nor made by a build."""
    last = script.last
    name = last.file if last and last.program in ("node", "tsx", "ts-node", "bun") else ""
    is_made = any("build" in other or other in ("compile", "postinstall", "prestart") for other in app.manifest.scripts)
    if not name or name == "." or is_made or OUTPUT.search(name) or app.project.source_of(name) or "$" in name:
        return None
    why = f"{quote.file}:{quote.line} runs {name}, which is not in the repository; set app.start"
    return question("start", why, *((f"node {app.entry}",) if app.entry else ()))


def run_script(app: App, manager: Manager, name: str) -> str:
    """How a script is run when the app starts: npm is there wherever Node is, and reads the same manifest."""
    runner = "npx bun" if uses_bun(app, manager) else "npm"
    return "npm start" if (runner, name) == ("npm", "start") else f"{runner} run {name}"


def uses_bun(app: App, manager: Manager) -> bool:
    """Whether Bun itself runs the app, and does not only install its packages."""
    programs = {
        command.program for script in (app.script, *app.development[:1]) if script for command in script.commands
    }
    if programs & {"bun", "bunx"}:
        return True
    return manager.name == "bun" and app.script is None and (app.entry or "").endswith(".ts") and not app.project.output


def by_entry(app: App, manager: Manager) -> Start | None:
    """The entry file run by Node, or what the compiler makes of it."""
    entry = app.entry
    if entry is None or not SAFE.match(entry):
        return None
    below = entry if app.manifest.folder == "." else entry.removeprefix(f"{app.manifest.folder}/")
    quote = app.tree.quote(entry)
    replaced = _replaced(app)
    if uses_bun(app, manager):
        return Start(f"npx bun {below}", f"{below} is the entry, and Bun runs it{replaced}", (quote,), "likely")
    if not entry.endswith((".ts", ".mts", ".cts", ".tsx")):
        return Start(f"node {below}", f"{below} is the entry{replaced}", (quote,), "likely")
    output = compiled(app.project, entry)
    has_compiler = any(COMPILERS.search(app.manifest.scripts.get(name, "")) for name in ("build", "compile", "tsc"))
    if (
        output
        and (has_compiler or not app.manifest.has("tsx", "ts-node"))
        and app.manifest.has("typescript", "ts-node")
    ):
        build = () if has_compiler else ("npx tsc",)
        why = f"{below} is the entry, compiled into {output}{replaced}"
        return Start(f"node {output}", why, (quote,), "likely", build)
    runner = app.manifest.has("tsx", "ts-node")
    if runner:
        return Start(f"npx {runner} {below}", f"{below} is the entry, run by {runner}{replaced}", (quote,), "likely")
    asked = question(
        "start", f"nothing compiles {below}; add tsx or a build script, or set app.start", f"npx tsx {below}"
    )
    return Start(f"npx --yes tsx {below}", f"{below} is the entry{replaced}", (quote,), "fallback", (), {}, (asked,))


def unheard(start: Start, app: App) -> Start:
    """A start command of code that makes a server and was not seen to listen, as what other hosts call."""
    hosts = [name for name in HOSTS if app.tree.exists(within(app.manifest.folder, name))]
    where = f"; {hosts[0]} is of a host that calls it instead" if hosts else ""
    why = f"nothing was seen to listen{where}: set app.start to what does"
    return replace(start, confidence="fallback", questions=(question("start", why, start.command),))


def by_platform(framework: Framework, app: App) -> Start | None:
    """The command the platform's manual gives for production."""
    if not framework.start:
        return None
    quote = app.manifest.quote_package(framework.package)
    return Start(framework.start, f"{framework.name} serves what it has built{_replaced(app)}", (quote,), "likely")


def _directly(script: Script) -> str:
    """The last program of a script without the manager around it; one of a package is found by npx."""
    command = script.last
    words = " ".join(command.words) if command else ""
    return words if command and command.program == "node" else f"npx {words}"


def _replaced(app: App) -> str:
    """A word on a start script that was passed over."""
    line = app.manifest.scripts.get("start")
    is_passed_over = line and (app.script is None or app.script.name != "start")
    return f"; the start script (`{line}`) is for development" if is_passed_over else ""
