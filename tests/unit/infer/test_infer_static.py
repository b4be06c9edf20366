"""Sites of files, images and scripts: what makes a folder one, and what only looks like it."""

from __future__ import annotations

import pytest

from hivemind.infer.detectors import docker, shell, static
from hivemind.model.image import IMAGES

AL2023 = IMAGES["al2023"]


@pytest.mark.parametrize(
    "files, framework, root",
    [
        ({"index.html": ""}, None, "."),
        ({"public/index.html": ""}, None, "public"),
        ({"Staticfile": "root: out/www\n"}, None, "out/www"),
        ({"Staticfile": "root: ../secret\n", "index.html": ""}, None, "."),
        ({"Staticfile": "", "public/index.html": ""}, None, "public"),
        ({"hugo.yaml": "baseURL: https://x\npublishDir: ./out/\n"}, "hugo", "out"),
        ({"hugo.toml": 'publishDir = "../../etc"\n'}, "hugo", "public"),
        ({"config.toml": "baseURL = 'x'\n", "content/a.md": ""}, "hugo", "public"),
        ({"config.toml": "base_url = 'x'\n", "content/a.md": ""}, "zola", "public"),
        ({"_config.yml": "", "_posts/a.md": ""}, "jekyll", "_site"),
        ({"Gemfile": "gem 'github-pages', group: :jekyll_plugins"}, "jekyll", "_site"),
        ({"Gemfile": "gem 'nanoc'"}, "nanoc", "output"),
        ({"mkdocs.yml": "site_dir: out"}, "mkdocs", "out"),
        ({"pelicanconf.py": "", "publishconf.py": ""}, "pelican", "output"),
        ({"book.toml": "", "src/SUMMARY.md": ""}, "mdbook", "book"),
    ],
)
def test_sites(plant, files, framework, root):
    facts = static.detect(plant(files), ".", AL2023).reading.facts
    where = "" if root == "." else f" --directory {root}"
    assert facts["start"].value == f"python3 -m http.server $PORT{where}"
    assert (facts["framework"].value if "framework" in facts else None) == framework


@pytest.mark.parametrize(
    "files",
    [
        {"config.toml": "theme = 'x'\n"},
        {"config.toml": "[server]\nport = 1\n", "content/a.md": ""},
        {"_config.yml": ""},
        {"book.toml": ""},
        {"page.html": ""},
        {"index.html": "", "backend/go.mod": ""},
        {"public/index.html": "", "thing/package.json": "{}"},
        {"deep/below/index.html": ""},
    ],
)
def test_what_is_no_site(plant, files):
    assert static.detect(plant(files), ".", AL2023) is None


@pytest.mark.parametrize(
    "text, start, port, port_env",
    [
        ("FROM nginx:1.27\n", "nginx -g 'daemon off;'", 80, None),
        ("FROM a\nEXPOSE 443\nCMD run", "run", 443, None),
        ("FROM a\nENV PORT=3000\nEXPOSE $PORT\nCMD run", "run", 3000, "PORT"),
        ("FROM a\nCMD run --port $PORT", "run --port $PORT", None, "PORT"),
        ("FROM a", None, None, None),
    ],
)
def test_images(plant, text, start, port, port_env):
    facts = docker.detect(plant({"Dockerfile": text}), ".", AL2023).reading.facts
    found = [facts[name].value if name in facts else None for name in ("start", "port", "port_env")]
    assert found == [start, port, port_env]


def test_an_image_of_an_app_below_is_no_service(plant):
    assert docker.detect(plant({"Dockerfile": "FROM a\nCMD b", "src/go.mod": ""}), ".", AL2023) is None


@pytest.mark.parametrize(
    "script, kind, start",
    [
        ("#!/bin/sh\nsleep 1", "worker", "sh start.sh"),
        ("#!/usr/bin/env bash\nnc -lk -p 8080", "web", "bash start.sh"),
        ("#!/bin/bash\n# PORT\nsleep 1", "worker", "bash start.sh"),
    ],
)
def test_scripts(plant, script, kind, start):
    found = shell.detect(plant({"start.sh": script}), ".", AL2023)
    assert (found.kind, found.reading.facts["start"].value) == (kind, start)


@pytest.mark.parametrize(
    "files",
    [
        {"start.sh": "echo"},
        {"start.sh": "#!/usr/bin/env python3"},
        {"start.sh": "#!/bin/sh", "package.json": "{}"},
        {"install.sh": "#!/bin/sh"},
        {"start.sh": ""},
        {"start.sh": b"\x00\x01"},
    ],
)
def test_what_is_no_script_to_run(plant, files):
    assert shell.detect(plant(files), ".", AL2023) is None
