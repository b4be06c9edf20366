"""What a script really runs: other scripts opened, variables and wrappers taken off, the last program of a chain."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_DEPTH = 5
MAX_COMMANDS = 30
MAX_LINE = 2000
ASSIGNMENT = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*=")
ELSEWHERE = ("--prefix", "-C", "--cwd", "--dir", "--filter", "-F", "-w", "--workspace", "workspace")
"""Words by which a manager is told to run a script of another package."""

WRAPPERS = frozenset({
    "cross-env", "cross-env-shell", "env", "npx", "bunx", "pnpx", "exec", "dotenv", "dotenvx", "env-cmd", "doppler",
    "infisical", "with-env", "better-npm-run", "sudo", "time", "nohup", "run-s", "dumb-init", "--", "run",
})  # fmt: skip
WITH_VALUE = frozenset({
    "-e", "-f", "-r", "-P", "--require", "--import", "--loader", "--experimental-loader", "--env-file", "--project",
    "--tsconfig", "-p", "--exec", "-x", "--ext", "--ignore", "-i", "-C", "--conditions", "--signal",
})  # fmt: skip
MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun"})
RUNNERS = frozenset({
    "node", "ts-node", "ts-node-esm", "ts-node-dev", "tsnd", "tsx", "nodemon", "bun", "babel-node", "node-dev",
    "supervisor", "forever", "pm2", "pm2-runtime", "esr", "esno", "swc-node", "jiti", "vite-node", "tsc-watch", "deno",
})  # fmt: skip
WATCHERS = frozenset({
    "nodemon", "ts-node-dev", "tsnd", "node-dev", "supervisor", "concurrently", "tsc-watch", "vite-node",
    "webpack-dev-server", "live-server", "browser-sync", "npm-run-all", "run-p", "gulp", "grunt", "lite-server",
    "expo", "storybook", "vercel", "netlify", "wrangler", "electron", "react-native", "docker", "docker-compose",
    "firebase", "serverless", "sls", "sst", "func", "sam", "amplify", "ampx", "cdk", "meteor",
})  # fmt: skip
"""Programs that watch, start several others, or serve for development, whatever is asked of them."""

DEVELOPING: Mapping[str, frozenset[str]] = {
    "next": frozenset({"dev"}), "nuxt": frozenset({"dev", ""}), "nuxi": frozenset({"dev"}),
    "astro": frozenset({"dev", ""}), "remix": frozenset({"dev", "vite:dev", "watch"}), 
    "vite": frozenset({"dev", "serve", ""}),
    "react-router": frozenset({"dev"}), "strapi": frozenset({"develop", "dev", "watch-admin"}),
    "gatsby": frozenset({"develop", "dev", ""}), "svelte-kit": frozenset({"dev"}), "vinxi": frozenset({"dev"}),
    "vitepress": frozenset({"dev", ""}), "vuepress": frozenset({"dev"}), "nest": frozenset({"start"}),
    "docusaurus": frozenset({"start"}), "medusa": frozenset({"develop"}), "ng": frozenset({"serve", "s"}),
    "react-scripts": frozenset({"start"}), "craco": frozenset({"start"}), "rescripts": frozenset({"start"}),
    "react-app-rewired": frozenset({"start"}), "vue-cli-service": frozenset({"serve"}), "rsbuild": frozenset({"dev"}),
    "webpack": frozenset({"serve", "watch"}), "turbo": frozenset({"dev", "run"}), "lerna": frozenset({"run", "exec"}),
    "nx": frozenset({"serve", "dev"}), "parcel": frozenset({"serve", "watch", "index.html", "src/index.html"}),
    "tsx": frozenset({"watch"}), "preact": frozenset({"watch"}), "snowpack": frozenset({"dev"}),
    "quasar": frozenset({"dev"}), "ember": frozenset({"serve", "s"}), "keystone": frozenset({"dev"}),
    "pm2": frozenset({"start"}), "forever": frozenset({"start"}),
}  # fmt: skip
"""What a program is asked to do when it does not serve for production; nothing at all is the empty word. pm2 and
forever put the app into the background, where nobody sees it end."""

WATCHING = frozenset({"--watch", "--hot", "--serve", "--incremental", "-w"})


@dataclass(frozen=True)
class Command:
    """One program with its arguments; `folder` is where it runs, below the manifest's."""

    words: tuple[str, ...]
    folder: str = "."

    @property
    def program(self) -> str:
        """The program without its path; `node_modules/next/dist/bin/next` is next."""
        first = self.words[0] if self.words else ""
        return posixpath.basename(first)

    @property
    def line(self) -> str:
        """Program and arguments."""
        return " ".join((self.program, *self.words[1:]))

    @property
    def file(self) -> str:
        """The file that a runner such as node or tsx is given; empty for other programs."""
        if self.program == "fastify":
            return next((word for word in self.words[1:] if word.endswith((".js", ".ts", ".mjs"))), "")
        exec_line = self.option("--exec", "-x") if self.program == "nodemon" else ""
        if " " in exec_line:
            return Command(tuple(exec_line.split()), self.folder).file
        if self.program not in RUNNERS and self.words[:1] != (".",):
            return ""
        words = iter(self.words[1:])
        for word in words:
            if word in WITH_VALUE or (word in ("-w", "--watch") and self.program == "nodemon"):
                next(words, "")
            elif not word.startswith("-") and word not in ("run", "start", "watch", "exec"):
                return posixpath.normpath(posixpath.join(self.folder, word))
        return ""

    @property
    def is_development(self) -> bool:
        """Whether it serves for development only, or does not stay in the foreground."""
        verb = self.words[1] if len(self.words) > 1 and not self.words[1].startswith("-") else ""
        if (
            self.program in WATCHERS
            or not WATCHING.isdisjoint(self.words)
            or self.words[:3] == ("node", "ace", "serve")
        ):
            return True
        return verb in DEVELOPING.get(self.program, ()) and "--no-daemon" not in self.words

    def option(self, *names: str) -> str:
        """The value of an option, written apart or with `=`."""
        for index, word in enumerate(self.words):
            name, _, value = word.partition("=")
            if name in names:
                return value or (self.words[index + 1] if index + 1 < len(self.words) else "")
        return ""


def commands(line: str, scripts: Mapping[str, str]) -> tuple[Command, ...]:
    """Every program that a shell line runs, scripts of the manifest opened, in order."""
    found: list[Command] = []
    for command in _opened(line, scripts, ".", 0):
        found.append(command)
        if len(found) == MAX_COMMANDS:
            break
    return tuple(found)


def _opened(line: str, scripts: Mapping[str, str], folder: str, depth: int) -> Iterator[Command]:
    for words in _simple(line):
        if words[:1] == ["cd"] and len(words) == 2:
            folder = posixpath.normpath(posixpath.join(folder, words[1]))
            continue
        bare = _without_wrappers(words)
        script = _script(bare, scripts) if folder == "." else ""
        if script and depth < MAX_DEPTH:
            yield from _opened(scripts[script], scripts, folder, depth + 1)
        elif bare:
            yield Command(tuple(bare), _place(bare, folder))


def _simple(line: str) -> Iterator[list[str]]:
    """The simple commands of a shell line."""
    lexer = shlex.shlex(line[:MAX_LINE].replace("\n", " "), posix=True, punctuation_chars="&|;()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        for word in lexer:
            if word and set(word) <= set("&|;()"):
                if words:
                    yield words
                words = []
            else:
                words.append(word)
    except ValueError:
        pass
    if words:
        yield words


def _without_wrappers(words: list[str]) -> list[str]:
    """The command without variables before it, and without programs whose last argument is the command."""
    rest = list(words)
    while rest:
        if ASSIGNMENT.match(rest[0]):
            rest = rest[1:]
        elif rest[0] in WRAPPERS:
            rest = _after_options(rest[1:])
        elif rest[0] in MANAGERS and rest[1:2] and rest[1] in ("exec", "dlx", "x"):
            rest = _after_options(rest[2:])
        elif len(rest) == 1 and " " in rest[0]:
            rest = rest[0].split()
        else:
            break
    return rest


def _after_options(words: list[str]) -> list[str]:
    rest = list(words)
    while rest and rest[0].startswith("-"):
        takes_value = rest[0] in WITH_VALUE and len(rest) > 1 and rest[0] not in ("-p", "-w", "-i")
        rest = rest[2 if takes_value else 1 :]
    return rest


def _script(words: list[str], scripts: Mapping[str, str]) -> str:
    """The script of this manifest that `npm run x`, `yarn x` and their like run; empty for anything else."""
    if not words or words[0] not in MANAGERS or any(word.startswith(ELSEWHERE) for word in words[1:]):
        return ""
    names = [word for word in words[1:] if not word.startswith("-")]
    if names[:1] in (["run"], ["run-script"]):
        names = names[1:]
    elif words[0] == "npm" and names[:1] not in (["start"], ["test"]):
        return ""
    return names[0] if names and names[0] in scripts else ""


def _place(words: list[str], folder: str) -> str:
    """The folder that `npm --prefix x start`, `yarn --cwd x start` and `pnpm -C x start` run in."""
    if words[0] in MANAGERS:
        given = Command(tuple(words)).option("--prefix", "--cwd", "-C", "--dir")
        if given:
            return posixpath.normpath(posixpath.join(folder, given))
    return folder
