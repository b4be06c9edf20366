"""Reading Node projects: tokens, scripts, ranges, manifests, package managers."""

from __future__ import annotations

import time

import pytest

from hivemind.infer.node.commands import commands
from hivemind.infer.node.manifest import Manifest, load, parse_json
from hivemind.infer.node.packages import find_manager
from hivemind.infer.node.semver import allowed
from hivemind.infer.node.source import parse
from hivemind.infer.node.tokens import tokenize
from hivemind.infer.node.version import node_version
from hivemind.infer.node.workspaces import members, root_of
from hivemind.model.image import IMAGES

MAJORS = ("18", "20", "22", "24")


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("a // b\nc", ["a", "c"]),
        ("a /* b\n */ c", ["a", "c"]),
        ("'it\\'s' + \"x\"", ["it's", "+", "x"]),
        ("`a${ {b: 1}.b }c`", ["a${", "{", "b", ":", "1", "}", ".", "b", "}"]),
        ("`a${`b${c}`}d` + e", ["a${", "b${", "c", "}", "}", "+", "e"]),
        ("x = a / b / c", ["x", "=", "a", "/", "b", "/", "c"]),
        ("x = /['\"]\\/[/]/g.test(y)", ["x", "=", "/['\"]\\/[/]/g", ".", "test", "(", "y", ")"]),
        ("<p>don't</p>; x", ["<", "p", ">", "don", "'", "t", "<", "/", "p", ">", ";", "x"]),
        ("'open\nb", ["'", "open", "b"]),
        ("a?.b ?? c?.5:1", ["a", "?.", "b", "??", "c", "?", ".", "5", ":", "1"]),
        ("/* never closed", []),
        ("`never closed", ["never closed"]),
    ],
)
def test_tokens(text, kinds):
    assert [token.text for token in tokenize(text)] == kinds


def test_tokens_know_their_line():
    assert [(t.text, t.line) for t in tokenize("a\n/*\n*/b `c\nd` e\r\nf")] == [
        ("a", 1), ("b", 3), ("c\nd", 3), ("e", 4), ("f", 5),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["/[/[", "`${", "/*", "'", "'\"\\", "{", "((", "a(", "\\", "<", "import'x'"])
def test_hostile_sources_are_read_in_linear_time(text):
    before = time.process_time()
    parse("x.js", text * 60_000)
    assert time.process_time() - before < 3


@pytest.mark.parametrize(
    "wanted, majors",
    [
        (">=18 <21", ("18", "20")),
        ("^20", ("20",)),
        ("20.x", ("20",)),
        ("^20 || ^22.1", ("20", "22")),
        (">= 18.0.0", ("18", "20", "22", "24")),
        ("18 - 20", ("18", "20")),
        (">20", ("22", "24")),
        (">20.5", ("20", "22", "24")),
        ("<=20.x", ("18", "20")),
        ("~22.4", ("22",)),
        ("v22.4.1", ("22",)),
        ("*", MAJORS),
        ("=20.0.0-rc.1", ("20",)),
        (">=18,<20", ("18",)),
        ("16", ()),
        ("twenty", ()),
        ("", MAJORS),
    ],
)
def test_ranges(wanted, majors):
    assert allowed(MAJORS, wanted) == majors


@pytest.mark.parametrize(
    "files, version",
    [
        ({}, "22"),
        ({".nvmrc": "v20.11.0\r\n"}, "20"),
        ({".nvmrc": "lts/*"}, "22"),
        ({".nvmrc": "lts/Iron"}, "20"),
        ({".nvmrc": "# pinned\nlts/krypton"}, "24"),
        ({".node-version": "24"}, "24"),
        ({".tool-versions": "python 3.12.1\nnodejs 20.9.0"}, "20"),
        ({"mise.toml": '[tools]\nnode = "24"'}, "24"),
        ({"mise.toml": "[tools\nnode = 24"}, "22"),
        ({"package.json": '{"volta": {"node": "20.1.0"}, "engines": {"node": ">=22"}}'}, "20"),
        ({"package.json": '{"engines": {"node": ">=18 <21"}}'}, "20"),
        ({"package.json": '{"engines": {"node": ">=18"}}'}, "22"),
        ({"package.json": '{"engines": {"node": "14.x"}}'}, "20"),
        ({"package.json": '{"engines": {"node": 20}}'}, "22"),
        ({"package.json": '{"engines": "20"}'}, "22"),
        ({".nvmrc": "garbage ~", "package.json": '{"engines": {"node": "20"}}'}, "20"),
    ],
)
def test_version(plant, files, version):
    tree = plant({"package.json": "{}", **files})
    reading = node_version(tree, manifest_of(tree), IMAGES["al2023"])
    assert reading.facts["runtime"].value == version


def manifest_of(tree) -> Manifest:
    found = load(tree, ".")
    assert found
    return found


@pytest.mark.parametrize(
    "files, manager, install",
    [
        ({"package.json": "{}"}, "npm", "npm install"),
        ({"package.json": "{}", "package-lock.json": ""}, "npm", "npm ci"),
        ({"package.json": "{}", "pnpm-lock.yaml": "lockfileVersion: 5.4"}, "pnpm",
         "npx --yes pnpm@7 install --frozen-lockfile"),
        ({"package.json": '{"packageManager": "pnpm@9.1.0+sha256.abc"}', "package-lock.json": ""}, "pnpm",
         "npx --yes pnpm@9.1.0 install"),
        ({"package.json": '{"packageManager": "yarn@4.2.1"}', "yarn.lock": "__metadata:\n"}, "yarn",
         "YARN_NODE_LINKER=node-modules npx --yes @yarnpkg/cli-dist@4.2.1 install --immutable"),
        ({"package.json": "{}", "yarn.lock": "", ".yarnrc.yml": "yarnPath: .yarn/releases/y.cjs",
          ".yarn/releases/y.cjs": ""}, "yarn",
         "YARN_NODE_LINKER=node-modules node .yarn/releases/y.cjs install --immutable"),
        ({"package.json": "{}", "yarn.lock": "", ".yarnrc.yml": "yarnPath: ../../evil.cjs"}, "yarn",
         "YARN_NODE_LINKER=node-modules npx --yes @yarnpkg/cli-dist@4 install --immutable"),
        ({"package.json": "{}", "yarn.lock": "# v1"}, "yarn", "npx --yes yarn@1 install --frozen-lockfile"),
        ({"package.json": "{}", "bun.lockb": b"\x00"}, "bun", "npx --yes bun@1 install --frozen-lockfile"),
        ({"package.json": '{"engines": {"yarn": "1.x"}}'}, "yarn", "npx --yes yarn@1 install"),
        ({"package.json": '{"packageManager": "rm -rf /@1"}'}, "npm", "npm install"),
        ({"package.json": '{"packageManager": "pnpm@9; reboot"}'}, "pnpm", "npx --yes pnpm@9 install"),
    ],
)  # fmt: skip
def test_package_manager(plant, files, manager, install):
    tree = plant(files)
    found = find_manager(tree, manifest_of(tree))
    assert (found.name, found.install[0]) == (manager, install)


def test_workspaces(plant):
    tree = plant({
        "package.json": '{"workspaces": ["apps/*", "!apps/old", "libs/**"]}',
        "apps/web/package.json": "{}", "apps/old/package.json": "{}", "apps/web/deep/package.json": "{}",
        "libs/a/b/package.json": "{}", "server/package.json": "{}",
    })  # fmt: skip
    assert members(tree, ".") == ("apps/web", "libs/a/b")
    assert root_of(tree, "apps/web") == "."
    assert root_of(tree, "server") == "server"


def test_workspaces_of_pnpm(plant):
    tree = plant({
        "pnpm-workspace.yaml": "packages:\n  - 'apps/*' # all\n  - \"packages/*\"\ncatalog:\n  - nonsense/*\n",
        "apps/web/package.json": "{}", "nonsense/x/package.json": "{}",
    })  # fmt: skip
    assert members(tree, ".") == ("apps/web",)


@pytest.mark.parametrize(
    "text, value",
    [
        ('{"a": 1}', {"a": 1}),
        ('\ufeff{"a": 1}'.removeprefix("\ufeff"), {"a": 1}),
        ('{\n// x\n"a": "http://b", /* y */ "c": [1,],\n}', {"a": "http://b", "c": [1]}),
        ("[]", {}),
        ("{", {}),
        ("", {}),
        ("[" * 100_000, {}),
        ('{"a": ' + "9" * 5000 + "}", {}),
    ],
)
def test_json(text, value):
    assert parse_json(text)[0] == value


SCRIPTS = {
    "start": "npm run build && npm run server",
    "build": "tsc -p .",
    "server": "cross-env NODE_ENV=production node -r dotenv/config dist/index.js",
    "loop": "npm run loop",
    "folder": "cd server && node index.js",
}


@pytest.mark.parametrize(
    "line, last, file, is_development",
    [
        ("npm start", "node", "dist/index.js", False),
        ("yarn server", "node", "dist/index.js", False),
        ("npm run folder", "node", "server/index.js", False),
        ("dotenv -e .env -- tsx src/x.ts", "tsx", "src/x.ts", False),
        ("node --env-file=.env server.js", "node", "server.js", False),
        ("nodemon --exec 'ts-node' src/index.ts", "nodemon", "src/index.ts", True),
        ("nodemon --exec 'ts-node src/index.ts'", "nodemon", "src/index.ts", True),
        ("vite --port 3000", "vite", "", True),
        ("vite preview", "vite", "", False),
        ("next start -p 4000", "next", "", False),
        ("NODE_ENV=production next dev", "next", "", True),
        ("nest start", "nest", "", True),
        ("node --watch src/x.js", "node", "src/x.js", True),
        ("pm2 start app.js", "pm2", "app.js", True),
        ("pm2-runtime app.js", "pm2-runtime", "app.js", False),
        ("concurrently \"npm:a\" 'npm:b'", "concurrently", "", True),
        ("fastify start -w -l info app.js", "fastify", "app.js", True),
        ("bun run src/index.ts", "bun", "src/index.ts", False),
        ("tsx watch src/x.ts", "tsx", "src/x.ts", True),
        ("node 'unbalanced", "node", "", False),
    ],
)
def test_scripts(line, last, file, is_development):
    found = commands(line, SCRIPTS)
    assert (found[-1].program, found[-1].file, found[-1].is_development) == (last, file, is_development)


def test_a_script_that_runs_itself_ends():
    assert commands("npm run loop", SCRIPTS)[-1].program == "npm"
