"""The assets of an application in another language: by whichever manager wrote the lock file, in a named version."""

import pytest

from hivemind.infer.assets import asset_build, find_assets

MANIFEST = '{"scripts": {"build": "vite build"}}'


@pytest.mark.parametrize(
    "files, install, build",
    [
        ({}, "npm --prefix web install", "npm --prefix web run build"),
        ({"web/package-lock.json": "{}"}, "npm --prefix web ci", "npm --prefix web run build"),
        (
            {"web/pnpm-lock.yaml": "lockfileVersion: '6.0'\n"},
            "npx --yes pnpm@8 --dir web install --frozen-lockfile",
            "npx --yes pnpm@8 --dir web run build",
        ),
        (
            {"web/yarn.lock": ""},
            "npx --yes yarn@1 --cwd web install --frozen-lockfile",
            "npx --yes yarn@1 --cwd web run build",
        ),
    ],
)
def test_a_folder_below(plant, files, install, build):
    found = asset_build(plant({"web/package.json": MANIFEST, **files}), "web", ".")
    assert found is not None
    assert (found.install, found.build) == (install, build)


def test_the_folder_itself(plant):
    found = find_assets(plant({"package.json": MANIFEST, "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}), ".")
    assert found is not None
    assert found.install == "npx --yes pnpm@9 install --frozen-lockfile"
    assert found.plain_install == "pnpm install --frozen-lockfile"
    assert found.build == "npx --yes pnpm@9 run build"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"scripts": {"build": 1}}', '{"scripts": []}'])
def test_a_manifest_that_builds_nothing(plant, text):
    tree = plant({"web/package.json": text})
    assert asset_build(tree, "web", ".") is None
    found = find_assets(tree, "web")
    assert found is None or found.build is None
