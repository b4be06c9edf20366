"""What a hostile repository is made of: every name that a reader looks for, and contents that no tool ever wrote."""

from __future__ import annotations

import json

from hypothesis import strategies as st

MANIFESTS = (
    "copilot/web/manifest.yml", "apprunner.yaml", "heroku.yml", "config/deploy.yml",
    "Procfile", "compose.yaml", "docker-compose.yml", "app.json", "fly.toml", "render.yaml", "railway.json",
    "railway.toml", "nixpacks.toml", "railpack.json", "app.yaml", "Dockerfile", ".dockerignore", ".env.example",
    ".env.sample", "k8s/app.yaml", "prisma/schema.prisma", "config/database.yml",
    "src/main/resources/application.properties", "src/main/resources/application.yml", "pnpm-workspace.yaml",
    "turbo.json", "nx.json", "lerna.json", "go.work", "x.sln", "requirements.txt", "pyproject.toml", "Pipfile",
    "Pipfile.lock", "poetry.lock", "uv.lock", "setup.py", "setup.cfg", "manage.py", "app.py", "main.py",
    "site/settings.py", "gunicorn.conf.py", ".python-version", "runtime.txt", "environment.yml", "package.json",
    "package-lock.json", "yarn.lock", ".nvmrc", ".npmrc", "tsconfig.json", "server.js", "index.ts", "next.config.js",
    "vite.config.ts", "nuxt.config.ts", "angular.json", "svelte.config.js", "deno.json", "deno.jsonc", "bunfig.toml",
    "go.mod", "main.go", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "gradle.properties",
    "system.properties", "src/main/java/App.java", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "src/main.rs",
    "App.csproj", "global.json", "Program.cs", "appsettings.json", "Gemfile", "Gemfile.lock", ".ruby-version",
    "config.ru", "config/routes.rb", "config/puma.rb", "composer.json", "composer.lock", "index.php", "artisan",
    "routes/web.php", "config/database.php", "mix.exs", "config/runtime.exs", "lib/app/repo.ex", "gleam.toml",
    "index.html", "Staticfile", "CMakeLists.txt", ".tool-versions", "mise.toml", "start.sh", "backend/app.py",
    "backend/requirements.txt", "frontend/package.json",
)  # fmt: skip

KEYS = (
    "services", "build", "context", "dockerfile", "command", "entrypoint", "ports", "expose", "target", "environment",
    "healthcheck", "test", "depends_on", "links", "image", "<<", "env", "addons", "plan", "scripts", "postdeploy",
    "start", "dev", "processes", "app", "deploy", "release_command", "http_service", "checks", "path",
    "internal_port", "databases", "type", "name", "rootDir", "startCommand", "envVars", "key", "value", "sync",
    "healthcheckPath", "preDeployCommand", "phases", "cmd", "runtime", "env_variables", "kind", "spec", "template",
    "containers", "containerPort", "httpGet", "dependencies", "devDependencies", "engines", "node", "packageManager",
    "workspaces", "main", "bin", "project", "requires-python", "tool", "poetry", "uv", "workspace", "members",
    "package", "version", "edition", "require", "php", "autoload", "tasks", "imports", "sdk", "volta", "web",
    "worker",
)  # fmt: skip

PIECES = (
    "services:\n", "  web:\n", "    build: .\n", "    ports: ['8000:8000']\n", "&a ", "*a", "<<: *a\n",
    "!!python/object:x ", "- ", "{", "}", "[", "]", ",", ":", ": ", "\n", "\n  ", "\t", "\"", "'", "\\", "\\\n", "#",
    "//", "/*", "*/", "<!--", "=", "web: gunicorn app:app\n", "FROM python:3.12\n", "EXPOSE 8000\n", "CMD [\"x\"]\n",
    "HEALTHCHECK CMD curl http://localhost/\n", "RUN <<E\n", "ARG A=${B:-${A}}\n", "$PORT", "${PORT:-3000}", "${",
    "<project>", "<modules>", "<dependency>", "</", "]]>", "from flask import Flask\n", "app = Flask(__name__)\n",
    "import os\n", "os.environ['X']\n", "def f(\n", "@app.get('/x')\n", "require('express')",
    "process.env.PORT || 3000", ".listen(", "`${", "package main\n", "func main() {\n", "gem 'rails'\n",
    "source 'x'\n", "do |x|\n", "end\n", "<?php\n", "DB_CONNECTION=mysql\n", "DATABASE_URL=postgres://a\n",
    "[project]\n", "[tool.uv.workspace]\n", "dependencies = [", "\"psycopg\"", "adapter: <%= ENV['X'] %>\n",
    "production:\n", "\u0000", "\u001b[2J", "\u2028", "\ufeff", "\u00e9", "\r\n", "\r", "99999999999999999999", "-1",
    "3.12", "/health", "--bind 0.0.0.0:8000",
)  # fmt: skip

names = st.sampled_from(MANIFESTS)
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from((*KEYS, *PIECES))
)
trees = st.recursive(
    leaves,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.sampled_from(KEYS), below, max_size=6),
    max_leaves=25,
)
soups = st.lists(st.sampled_from((*PIECES, *KEYS)), max_size=40).map("".join)
contents = st.one_of(
    st.binary(max_size=80),
    soups.map(lambda text: text.encode()),
    trees.map(lambda value: json.dumps(value).encode()),  # JSON is YAML as well
    trees.map(lambda value: _toml(value).encode()),
)
repositories = st.dictionaries(names, contents, min_size=1, max_size=7)


def _toml(value: object, prefix: str = "") -> str:
    """A value as TOML, as far as TOML has a way to say it."""
    if not isinstance(value, dict):
        return ""
    lines = [f"{json.dumps(key)} = {json.dumps(one)}" for key, one in value.items() if _is_inline(one)]
    below = [
        f"[{prefix}{json.dumps(key)}]\n{_toml(one, f'{prefix}{json.dumps(key)}.')}"
        for key, one in value.items()
        if isinstance(one, dict)
    ]
    return "\n".join([*lines, *below]) + "\n"


def _is_inline(value: object) -> bool:
    return isinstance(value, str | int | float) or (isinstance(value, list) and all(isinstance(v, str) for v in value))
