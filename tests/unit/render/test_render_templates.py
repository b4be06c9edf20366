"""What holds for every template of every case."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from render_cases import CASES, all_templates, read, rendered

from hivemind.model.template import FOUNDATION
from hivemind.render.bootstrap import bootstrap
from hivemind.render.check import check
from hivemind.render.environment import render

LIMIT = 51_200
TEMPLATES = all_templates()
NAMED_ON_PURPOSE = {"AWS::XRay::Group", "AWS::XRay::SamplingRule"}


def test_the_foundation_comes_first_and_stacks_are_named_after_the_deployment() -> None:
    stacks = [(template.part, template.stack) for template in render(*CASES["web-and-worker"])]
    assert stacks == [
        ("foundation", "guestbook-production-foundation"),
        ("web", "guestbook-production-web"),
        ("worker", "guestbook-production-worker"),
    ]


def test_every_template_is_valid() -> None:
    assert {name: errors for name, template in TEMPLATES if (errors := check(template))} == {}


def test_a_wrong_template_is_told_with_its_line_and_resource() -> None:
    template = bootstrap()
    wrong = template.model_copy(update={"body": template.body.replace("VersioningConf", "VersionConf")})
    (error,) = check(wrong)
    assert error.startswith("bootstrap:")
    assert "ArtifactBucket: Additional properties are not allowed" in error


def test_what_is_no_template_at_all_is_no_pass() -> None:
    assert check(bootstrap().model_copy(update={"body": "Resources: ["}))


@pytest.mark.parametrize(("name", "template"), TEMPLATES)
def test_a_template_stays_below_the_limit_and_has_no_anchors(name: str, template: Any) -> None:
    assert len(template.body.encode()) < LIMIT, name
    assert "&id" not in template.body


@pytest.mark.parametrize(("name", "template"), TEMPLATES)
def test_no_parameter_has_a_default_or_a_type_that_resolves(name: str, template: Any) -> None:
    for parameter in read(template.body).get("Parameters", {}).values():
        assert "Default" not in parameter
        assert parameter["Type"] in ("String", "Number", "CommaDelimitedList")


@pytest.mark.parametrize(("name", "template"), TEMPLATES)
def test_everything_that_can_carry_tags_is_tagged(name: str, template: Any) -> None:
    key = "hivemind:deployment" if name != "bootstrap" else "hivemind:role"
    for title, resource in read(template.body)["Resources"].items():
        if taggable(resource["Type"]):
            assert key in str(resource["Properties"].get("Tags")), title
    for title, resource in read(template.body)["Resources"].items():
        if resource["Type"] == "AWS::EC2::LaunchTemplate":
            tagged = [spec["ResourceType"] for spec in resource["Properties"]["TagSpecifications"]]
            launched = [
                spec["ResourceType"] for spec in resource["Properties"]["LaunchTemplateData"]["TagSpecifications"]
            ]
            assert (tagged, launched) == (["launch-template"], ["instance", "volume"]), title


@pytest.mark.parametrize(("name", "template"), TEMPLATES)
def test_nothing_has_a_name_of_its_own(name: str, template: Any) -> None:
    for title, resource in read(template.body)["Resources"].items():
        if resource["Type"] not in NAMED_ON_PURPOSE:
            named = set(resource["Properties"]) & set(identifier(resource["Type"]))
            assert not {each for each in named if each.endswith(("Name", "Identifier")) or each == "Name"}, title


@pytest.mark.parametrize("name", CASES)
def test_a_service_asks_only_for_what_the_foundation_gives(name: str) -> None:
    parts = rendered(CASES[name])
    given = {*parts[FOUNDATION]["Outputs"], *read(bootstrap().body)["Outputs"]}
    for part, template in parts.items():
        if part != FOUNDATION:
            asked = {title for title in template["Parameters"] if not title.startswith(("Blue", "Green", "TestToken"))}
            assert asked <= given


def test_the_artifact_bucket_is_private_and_encrypted() -> None:
    template = read(bootstrap().body)
    bucket = template["Resources"]["ArtifactBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert "BucketEncryption" in bucket
    (statement,) = template["Resources"]["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert "Parameters" not in template
    assert list(template["Outputs"]) == ["ArtifactBucket"]


@cache
def schema(resource_type: str) -> dict[str, Any]:
    """CloudFormation's own schema of a resource type, from cfn-lint's data."""
    import cfnlint

    data = Path(cfnlint.__file__).parent / "data" / "schemas"
    file = providers(data)[resource_type]
    found: dict[str, Any] = json.loads((data / "resources" / f"{file}.json").read_text())
    return found


@cache
def providers(data: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((data / "providers" / "us-east-1.json").read_text())
    return found


def taggable(resource_type: str) -> bool:
    """Whether the type has `Tags` that it lets one set."""
    return "Tags" in schema(resource_type)["properties"]


def identifier(resource_type: str) -> list[str]:
    """The settable properties by which one resource of the type is told from another."""
    found = schema(resource_type)
    read_only = {path.rpartition("/")[2] for path in found.get("readOnlyProperties", [])}
    return [name for path in found["primaryIdentifier"] if (name := path.rpartition("/")[2]) not in read_only]
