"""The workflows that a repository is given: valid, with no finding, and each job with no more than it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from hivemind.render.workflows import NAMES, workflows

BIN = Path(sys.executable).parent
ORDERS = (("staging",), ("staging", "production"), ("plan", "about", "revert", "a-1"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def parsed(environments: tuple[str, ...] = ("staging", "production")) -> Mapping[str, Any]:
    return {name: yaml.safe_load(text) for name, text in workflows(environments, "eu-west-1", "main").items()}


def jobs() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name, workflow in parsed().items():
        for job, content in workflow["jobs"].items():
            yield name, job, content


@pytest.mark.parametrize("environments", ORDERS)
def test_github_would_take_them_and_zizmor_finds_nothing(tmp_path: Path, environments: tuple[str, ...]) -> None:
    for name, text in workflows(environments, "us-east-1", "main").items():
        (tmp_path / name).write_text(text)
    files = sorted(map(str, tmp_path.iterdir()))
    for command in (
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files],
        [BIN / "zizmor", "--offline", "--pedantic", "--no-progress", *files],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_pinned_and_nothing_of_an_event_reaches_a_script() -> None:
    for text in workflows(("staging",), "us-east-1", "main").values():
        for line in text.splitlines():
            if line.lstrip().startswith(("uses:", "- uses:")):
                assert PINNED.fullmatch(line.split("uses: ")[1]), line
            if "run:" in line:
                assert "${{" not in line, line


def test_rights_are_given_job_by_job_and_what_a_fork_wrote_meets_none_of_them() -> None:
    assert {name: workflow["permissions"] for name, workflow in parsed().items()} == {name: {} for name in NAMES}
    fork = parsed()["hivemind-plan.yml"]["jobs"]["fork"]
    assert fork["permissions"] == {"contents": "read", "pull-requests": "read"}
    for name, job, content in jobs():
        checks_out = any("actions/checkout" in step.get("uses", "") for step in content["steps"])
        assert not (checks_out and content["permissions"].get("contents") == "write"), (name, job)
        if name == "hivemind-comment.yml":
            assert not checks_out
            assert "id-token" not in content["permissions"]


def test_only_what_needs_the_cloud_may_log_in_to_it() -> None:
    may = {(name, job) for name, job, content in jobs() if "id-token" in content["permissions"]}
    does = {(name, job) for name, job, content in jobs() if "configure-aws-credentials" in str(content["steps"])}
    assert may == does
    acting = {(name, job) for name, job, content in jobs() if "HIVEMIND_APPLY_ROLE" in str(content["steps"])}
    assert acting == {(name, job) for name, job, content in jobs() if "environment" in content}
    assert {job for _, job in acting} == {"apply-staging", "apply-production"}


@pytest.mark.parametrize(("name", "first"), [("hivemind-apply.yml", []), ("hivemind-command.yml", ["about"])])
def test_environments_follow_one_another(name: str, first: list[str]) -> None:
    found = parsed(("one", "two", "three"))[name]["jobs"]
    needs = {
        job: [found[job]["needs"]] if isinstance(found[job].get("needs"), str) else found[job].get("needs", [])
        for job in found
    }
    assert needs["apply-one"] == first
    assert needs["apply-two"] == [*first, "apply-one"]
    assert needs["apply-three"] == [*first, "apply-two"]


def test_no_merge_is_left_out_and_a_newer_push_ends_an_older_plan() -> None:
    found = parsed()
    assert found["hivemind-plan.yml"]["concurrency"]["cancel-in-progress"] is True
    for job in found["hivemind-apply.yml"]["jobs"].values():
        assert job["concurrency"] == {"group": f"hivemind-apply-{job['name']}", "queue": "max"}
