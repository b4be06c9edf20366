"""Machines follow from what was found, and say why."""

from __future__ import annotations

from typing import Any

import pytest

from hivemind.model.findings import Findings, ServiceFindings
from hivemind.model.machines import builder, instances, settled
from hivemind.model.spec import EnvironmentSpec


def findings(*services: dict[str, Any]) -> Findings:
    usual: dict[str, Any] = {"kind": "web", "path": ".", "language": "python", "runtime": "3.12", "start": "x"}
    return Findings(
        services=tuple(ServiceFindings(**{"name": f"s{i}", **usual, **one}) for i, one in enumerate(services))
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"language": "python"}, "t3.micro"),
        ({"language": "node", "framework": "express"}, "t3.micro"),
        ({"language": "node", "framework": "Next.js"}, "t3.small"),
        ({"language": "node", "framework": "next"}, "t3.small"),
        ({"language": "java"}, "t3.small"),
        ({"language": "dotnet"}, "t3.small"),
        ({"language": "python", "framework": "streamlit"}, "t3.small"),
        ({"language": "go"}, "t3.micro"),
        ({"language": "rust"}, "t3.micro"),
    ],
)
def test_a_machine_has_the_memory_that_the_code_needs(found: dict[str, Any], expected: str) -> None:
    chosen = instances(EnvironmentSpec(), findings(found))
    assert (chosen.type, bool(chosen.why)) == (expected, expected != "t3.micro")
    assert settled(EnvironmentSpec(), findings(found)).machine == expected


def test_one_service_decides_for_all_and_is_named() -> None:
    chosen = instances(EnvironmentSpec(), findings({}, {"language": "java", "name": "api"}))
    assert chosen.type == "t3.small"
    assert chosen.why.startswith("api: a JVM")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (EnvironmentSpec(instance_type="t3.nano"), "t3.nano"),
        (EnvironmentSpec(instance_type="t3.micro"), "t3.micro"),
        (EnvironmentSpec(stage="production"), "t3.small"),
        (EnvironmentSpec(stage="production", instance_type="m7i.large"), "m7i.large"),
    ],
)
def test_the_word_of_the_spec_and_of_the_stage_is_not_overruled(environment: EnvironmentSpec, expected: str) -> None:
    chosen = instances(environment, findings({"language": "java"}))
    assert (chosen.type, chosen.why) == (expected, "")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("python", "c6i.large"), ("java", "c6i.large"), ("rust", "c6i.xlarge"), ("cpp", "c6i.xlarge")],
)
def test_what_compiles_long_gets_a_larger_builder(language: str, expected: str) -> None:
    chosen = builder(findings({}, {"language": language}))
    assert (chosen.type, bool(chosen.why)) == (expected, expected != "c6i.large")
