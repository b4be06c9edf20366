"""What counts as a template, and what is refused before any value is looked at."""

from __future__ import annotations

import pytest

from hivemind.emulator.cloudformation.admission import check, check_capabilities, demanded_capability
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.template import check_size, parse

TOPIC = "{Type: 'AWS::SNS::Topic'}"
ROLE = "{Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {}%s}}"


def test_short_tags_mean_the_long_functions() -> None:
    parsed = parse(
        "Resources: {A: {Type: T, Properties: {R: !Ref B, G: !GetAtt B.C.D, S: !Sub '${X}', I: !If [c, 1, 2]}}}"
    )
    assert parsed.resources["A"]["Properties"] == {
        "R": {"Ref": "B"},
        "G": {"Fn::GetAtt": ["B", "C.D"]},
        "S": {"Fn::Sub": "${X}"},
        "I": {"Fn::If": ["c", 1, 2]},
    }


def test_json_with_tabs_is_read() -> None:
    assert parse('{\n\t"Resources": {"A": {"Type": "T"}}\n}').resources == {"A": {"Type": "T"}}


def test_a_date_stays_text() -> None:
    assert parse(f"AWSTemplateFormatVersion: 2010-09-09\nResources: {{A: {TOPIC}}}").sections[
        "AWSTemplateFormatVersion"
    ] == "2010-09-09"  # fmt: skip


@pytest.mark.parametrize(
    "body, said",
    [
        ("Resources: [", "YAML not well-formed"),
        ("just text", "unsupported structure"),
        ("Resources: {}", "At least one Resources member must be defined."),
        ("Description: x", "At least one Resources member must be defined."),
        (f"Resources: {{A: &a {TOPIC}, B: *a}}", "YAML aliases are not allowed"),
        (f"Resources:\n  A: {TOPIC}\n  A: {TOPIC}", "duplicate key A"),
        (f"Surprise: 1\nResources: {{A: {TOPIC}}}", "Invalid template property or properties [Surprise]"),
        (f"Transform: x\nResources: {{A: {TOPIC}}}", "supports neither Hooks nor a Transform"),
        ("Resources: {A: {Properties: {}}}", "must contain a Type member"),
        ("Resources: {A-B: {Type: T}}", "Resource name A-B is non alphanumeric."),
        ("Resources: {A: {Type: T, Color: red}}", "unsupported resource attribute: Color"),
        ("Resources: {A: {Type: T, DeletionPolicy: Never}}", "Unrecognized DeletionPolicy Never"),
    ],
)
def test_malformed_templates_are_refused(body: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(body)
    assert said in refused.value.message


@pytest.mark.parametrize(
    "body, said",
    [
        ("Resources: {A: {Type: 'AWS::Nope::Thing'}}", "Unrecognized resource types: [AWS::Nope::Thing]"),
        ("Resources: {A: {Type: 'AWS::SQS::Queue'}}", "Unrecognized resource types: [AWS::SQS::Queue]"),
        (
            "Resources: {A: {Type: 'AWS::SNS::Topic', Properties: {TopicName: {'Fn::Length': [1]}}}}",
            "Fn::Length is not supported",
        ),
        (
            f"Resources: {{A: {TOPIC}}}\nOutputs: {{O: {{Value: !GetAtt A.Nope}}}}",
            "does not support attribute type Nope",
        ),
        (
            f"Resources: {{A: {TOPIC}}}\nOutputs: {{O: {{Value: !Sub '${{B.Arn}}'}}}}",
            "Unresolved resource dependencies [B]",
        ),
        ("Resources: {A: {Type: 'AWS::SNS::Topic', DeletionPolicy: Snapshot}}", "does not support the Snapshot policy"),
    ],
)
def test_what_the_local_cloud_lacks_is_refused_never_skipped(body: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(parse(body))
    assert said in refused.value.message


@pytest.mark.parametrize(
    "stored, size, said",
    [
        (False, 51_201, "Member must have length less than or equal to 51200"),
        (True, 1_000_001, "Template may not exceed 1000000 bytes in size."),
    ],
)
def test_a_body_above_the_quota_is_refused(stored: bool, size: int, said: str) -> None:
    check_size("x" * (size - 1), stored=stored)
    with pytest.raises(Refusal, match=said):
        check_size("x" * size, stored=stored)


def test_the_quota_counts_bytes_not_letters() -> None:
    with pytest.raises(Refusal, match="51200"):
        check_size("é" * 25_601, stored=False)


def many(section: str, entry: str, count: int) -> str:
    lines = "\n".join(f"  E{number}: {entry}" for number in range(count))
    return f"{section}:\n{lines}" + ("" if section == "Resources" else f"\nResources: {{A: {TOPIC}}}")


@pytest.mark.parametrize(
    "section, entry, most",
    [("Resources", TOPIC, 500), ("Parameters", "{Type: String}", 200), ("Outputs", "{Value: x}", 200)],
)
def test_more_of_a_section_than_the_quota_is_refused(section: str, entry: str, most: int) -> None:
    assert len(parse(many(section, entry, most)).section(section)) == most
    said = f"Number of {section.lower()}, {most + 1}, is greater than maximum allowed, {most}"
    with pytest.raises(Refusal, match=said):
        parse(many(section, entry, most + 1))


def test_more_than_60_dynamic_references_are_refused() -> None:
    def using(count: int) -> str:
        names = "".join("{{resolve:ssm:/a}}" for _ in range(count))
        return f"Resources: {{A: {{Type: 'AWS::SNS::Topic', Properties: {{DisplayName: '{names}'}}}}}}"

    parse(using(60))
    with pytest.raises(Refusal, match="Number of dynamic references, 61, is greater than maximum allowed, 60"):
        parse(using(61))


def test_iam_resources_demand_a_capability() -> None:
    plain, named = parse(f"Resources: {{A: {ROLE % ''}}}"), parse(f"Resources: {{A: {ROLE % ', RoleName: r'}}}")
    assert demanded_capability(plain)[0] == "CAPABILITY_IAM"
    assert demanded_capability(named)[0] == "CAPABILITY_NAMED_IAM"
    check_capabilities(plain, ["CAPABILITY_IAM"])
    check_capabilities(plain, ["CAPABILITY_NAMED_IAM"])
    for template, given in ((plain, []), (named, ["CAPABILITY_IAM"])):
        with pytest.raises(Refusal) as refused:
            check_capabilities(template, given)
        assert refused.value.code == "InsufficientCapabilitiesException"
