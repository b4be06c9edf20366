"""Which program stands for a runtime package: what really runs, in the version asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivemind.emulator.shims import apt_packages
from hivemind.emulator.shims.packages import NOTHING_TO_DO, recognise
from hivemind.emulator.shims.provide import advice
from hivemind.emulator.shims.runtimes import Found, candidates, choose, probe, survey

P311, P312, P313 = (Found((3, minor, 1), Path(f"/p/3.{minor}")) for minor in (11, 12, 13))
N20, N22 = Found((20, 1, 0), Path("/n/20")), Found((22, 9, 0), Path("/n/22"))


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def node(path: Path, version: str) -> Path:
    return program(path, f"echo v{version}")


@pytest.mark.parametrize(
    ("package", "runtime", "version"),
    [
        ("python3.12", "python", (3, 12)),
        ("python3.12-pip", "python", (3, 12)),
        ("python3", "python", (3,)),
        ("nodejs22", "node", (22,)),
        ("nodejs", "node", ()),
        ("nodejs20-npm", "node", (20,)),
        ("java-21-amazon-corretto-headless", "java", (21,)),
        ("java-1.8.0-amazon-corretto-devel", "java", (8,)),
        ("maven-amazon-corretto21", "maven", ()),
        ("golang", "go", (1, 25)),
        ("ruby3.4-devel", "ruby", (3, 4)),
        ("php8.4-mbstring", "php", (8, 4)),
        ("composer", "composer", ()),
        ("dotnet-sdk-10.0", "dotnet", (10, 0)),
        ("cargo", "rust", (1, 98)),
    ],
)
def test_runtime_packages_are_recognised(package: str, runtime: str, version: tuple[int, ...]) -> None:
    wanted = recognise(package)
    assert wanted is not None
    assert (wanted.runtime.name, wanted.version) == (runtime, version)


@pytest.mark.parametrize(
    ("system", "package", "version"),
    [
        ("debian", "python3.13-venv", (3, 13)),
        ("debian", "python3.12", None),
        ("debian", "golang-go", (1, 24)),
        ("ubuntu", "bundler", (3, 2)),
        ("ubuntu", "php8.3-cli", (8, 3)),
        ("ubuntu", "php8.4-cli", None),
        ("debian", "openjdk-25-jdk-headless", (25,)),
        ("debian", "openjdk-17-jdk-headless", None),
        ("ubuntu", "openjdk-17-jdk-headless", (17,)),
        ("ubuntu", "dotnet-sdk-8.0", (8, 0)),
        ("debian", "dotnet-sdk-8.0", None),
        ("debian", "maven", ()),
    ],
)
def test_a_distribution_has_what_it_packages(system: str, package: str, version: tuple[int, ...] | None) -> None:
    wanted = apt_packages.recognise(package, system)
    assert (wanted.version if wanted else None) == version


@pytest.mark.parametrize(
    ("package", "said", "version"),
    [
        ("java-21-amazon-corretto-devel", 'openjdk version "21" 2023-09-19', (21,)),
        ("java-17-amazon-corretto-devel", 'openjdk version "17.0.15" 2025-04-15', (17, 0, 15)),
        ("java-1.8.0-amazon-corretto-devel", 'openjdk version "1.8.0_492"', (8, 0)),
        ("golang", "go version go1.25.1 linux/amd64", (1, 25, 1)),
        ("php8.4-cli", "PHP 8.4.2 (cli) (built: Dec 2024)", (8, 4, 2)),
        ("maven", "\x1b[1mApache Maven 3.8.7\x1b[m", (3, 8, 7)),
        ("rust", "rustc 1.95.0 (59807616e 2026-04-14)", (1, 95, 0)),
    ],
)
def test_every_runtime_tells_its_version_in_its_own_way(
    tmp_path: Path, package: str, said: str, version: tuple[int, ...]
) -> None:
    wanted = recognise(package)
    assert wanted is not None
    found = probe(wanted.runtime, program(tmp_path / "runtime", f"echo '{said}'"))
    assert found is not None
    assert found.version == version


@pytest.mark.parametrize("package", ["pythonic", "nodejsx", "no-such-package", "", "gcc"])
def test_other_packages_are_no_runtime(package: str) -> None:
    assert recognise(package) is None


def test_common_packages_are_taken_as_installed() -> None:
    assert {"gcc", "git", "tar", "amazon-cloudwatch-agent", "aws-cfn-bootstrap"} <= NOTHING_TO_DO


def test_only_the_wanted_minor_version_will_do() -> None:
    assert choose((3, 12), [P311, P312, P313], nearest=False) == P312
    assert choose((3, 14), [P311, P312, P313], nearest=False) is None
    assert choose((22,), [N20, N22], nearest=False) == N22
    assert choose((), [N20, N22], nearest=False) == N20


def test_the_nearest_may_stand_in_and_the_newer_wins_a_tie() -> None:
    assert choose((3, 14), [P311, P313], nearest=True) == P313
    assert choose((3, 12), [P311, P313], nearest=True) == P313
    assert choose((21,), [N20, N22], nearest=True) == N22
    assert choose((2, 7), [P311], nearest=True) is None
    assert choose((3, 12), [], nearest=True) is None


def test_a_shim_that_lies_is_passed_over_for_the_real_program(tmp_path: Path) -> None:
    wanted = recognise("nodejs22")
    assert wanted is not None
    program(tmp_path / "shims" / "node", "echo 'command not found' >&2; exit 127")
    node(tmp_path / "usr" / "node", "20.1.0")
    real = node(tmp_path / "home/.nvm/versions/node/v22.9.0/bin/node", "22.9.0")
    path = os.pathsep.join(str(tmp_path / name) for name in ("shims", "usr"))
    found = survey(wanted.runtime, wanted.version, path, tmp_path / "home")
    assert choose(wanted.version, found, nearest=False) == Found((22, 9, 0), real)


def test_shims_of_version_managers_are_asked_last(tmp_path: Path) -> None:
    wanted = recognise("nodejs22")
    assert wanted is not None
    for folder in ("shims", "usr"):
        node(tmp_path / folder / "node", "22.1.0")
    path = os.pathsep.join(str(tmp_path / name) for name in ("shims", "usr"))
    assert [file.parent.name for file in candidates(wanted.runtime, (22,), path, tmp_path)] == ["usr", "shims"]


def test_a_program_that_cannot_run_or_says_nothing_is_none(tmp_path: Path) -> None:
    wanted = recognise("nodejs22")
    assert wanted is not None
    assert probe(wanted.runtime, tmp_path / "missing") is None
    assert probe(wanted.runtime, program(tmp_path / "mute", "exit 0")) is None


def test_npm_is_run_by_the_very_node_it_came_with(tmp_path: Path) -> None:
    wanted = recognise("nodejs22")
    assert wanted is not None
    real = node(tmp_path / "bin/node", "22.9.0")
    npm = tmp_path / "bin/npm"
    npm.write_text("#!/usr/bin/env node\n")
    commands = wanted.runtime.commands((22,), real)
    assert commands["npm"] == f"{real} {npm}"
    assert commands["node"] == commands["node-22"] == str(real)


def test_python_brings_its_own_pip() -> None:
    wanted = recognise("python3.12")
    assert wanted is not None
    assert wanted.runtime.commands((3, 12), Path("/p/python3.12")) == {
        "python3.12": "/p/python3.12",
        "pip3.12": "/p/python3.12 -m pip",
    }


def test_what_is_missing_is_told_with_the_way_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_HOST_PATH", str(tmp_path))
    monkeypatch.setenv("EMULATOR_HOST_HOME", str(tmp_path))
    dotnet, node_18 = recognise("dotnet-sdk-8.0"), recognise("nodejs18")
    assert dotnet is not None
    assert node_18 is not None
    node(tmp_path / "node", "20.1.0")
    nothing, other = advice([dotnet, node_18])
    assert "has dotnet: none" in nothing
    assert "`make runtimes`" in nothing
    assert "has node: 20.1; to let the nearest version stand in" in other
