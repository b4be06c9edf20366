"""What changes between two templates: no false differences, parameters seen, replacement known and followed."""

from __future__ import annotations

import json

import pytest

from hivemind.model.change import ResourceChange
from hivemind.plan.diff import diff


def resource(kind: str, properties: str = "{}", more: str = "") -> str:
    return f"Resources: {{X: {{Type: {kind}, Properties: {properties}{more}}}}}"


def changed(kind: str, before: str, after: str) -> ResourceChange | None:
    found = diff("s", resource(kind, before), resource(kind, after))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("AWS::EC2::SecurityGroup", "{A: 80}", "{A: '80'}"),
        ("AWS::RDS::DBInstance", "{MultiAZ: true}", "{MultiAZ: 'true'}"),
        ("AWS::RDS::DBInstance", "{MultiAZ: 'True'}", "{MultiAZ: true}"),
        ("AWS::SNS::Topic", '{A: "text\\n"}', "{A: text}"),
        (
            "AWS::SNS::Topic",
            "{Tags: [{Key: a, Value: 1}, {Key: b, Value: 2}]}",
            "{Tags: [{Key: b, Value: '2'}, {Key: a, Value: 1}]}",
        ),
        ("AWS::RDS::DBSubnetGroup", "{SubnetIds: [a, b]}", "{SubnetIds: [b, a]}"),
        (
            "AWS::CloudWatch::Alarm",
            "{Dimensions: [{Name: a, Value: 1}, {Name: b, Value: 2}]}",
            "{Dimensions: [{Name: b, Value: 2}, {Name: a, Value: 1}]}",
        ),
        ("AWS::SNS::Topic", "{A: !Sub 'x'}", "{A: x}"),
        ("AWS::SNS::Topic", "{A: !Join [',', [a, b]]}", "{A: 'a,b'}"),
        ("AWS::SNS::Topic", "{A: !Ref 'AWS::NoValue'}", "{}"),
        ("AWS::SNS::Topic", "{A: null}", "{}"),
        ("AWS::SNS::Topic", "{A: !GetAtt B.C}", "{A: {'Fn::GetAtt': [B, C]}}"),
        ("AWS::SNS::Topic", "{A: !Select [1, [x, y]]}", "{A: y}"),
    ],
)
def test_false_differences(kind: str, before: str, after: str) -> None:
    assert changed(kind, before, after) is None


@pytest.mark.parametrize(
    ("kind", "before", "after", "paths"),
    [
        ("AWS::SNS::Topic", "{A: 3.1}", "{A: 3.10}", ["A"]),
        ("AWS::SNS::Topic", "{A: {B: {C: 1}}}", "{A: {B: {C: 2}}}", ["A/B/C"]),
        ("AWS::SNS::Topic", "{A: {B: 1}}", "{A: {}}", ["A/B"]),
        ("AWS::SNS::Topic", "{A: [x, y]}", "{A: [y, x]}", ["A/0", "A/1"]),
        ("AWS::SNS::Topic", "{A: [x]}", "{A: [x, y]}", ["A/1"]),
        ("AWS::RDS::DBSubnetGroup", "{SubnetIds: [a, b]}", "{SubnetIds: [b, c]}", ["SubnetIds/0"]),
        (
            "AWS::SNS::Topic",
            "{Tags: [{Key: a, Value: 1}]}",
            "{Tags: [{Key: a, Value: 2}, {Key: b, Value: 3}]}",
            ["Tags/a", "Tags/b"],
        ),
        (
            "AWS::EC2::LaunchTemplate",
            "{LaunchTemplateData: {BlockDeviceMappings: [{Ebs: {VolumeSize: 8}}]}}",
            "{LaunchTemplateData: {BlockDeviceMappings: [{Ebs: {VolumeSize: 16}}]}}",
            ["LaunchTemplateData/BlockDeviceMappings/0/Ebs/VolumeSize"],
        ),
        ("AWS::SNS::Topic", "{A: !Ref B}", "{A: !Ref C}", ["A"]),
    ],
)
def test_property_paths(kind: str, before: str, after: str, paths: list[str]) -> None:
    found = changed(kind, before, after)
    assert found is not None
    assert [p.path for p in found.properties] == paths


@pytest.mark.parametrize(
    ("kind", "before", "after", "action"),
    [
        ("AWS::RDS::DBInstance", "{DBName: a}", "{DBName: b}", "replace"),
        ("AWS::RDS::DBInstance", "{StorageEncrypted: false}", "{StorageEncrypted: true}", "replace"),
        ("AWS::RDS::DBInstance", "{}", "{DBInstanceIdentifier: named}", "replace"),
        ("AWS::RDS::DBInstance", "{MultiAZ: false}", "{MultiAZ: true}", "modify"),
        ("AWS::RDS::DBInstance", "{DBInstanceClass: db.t4g.micro}", "{DBInstanceClass: db.t4g.small}", "modify"),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", "{Port: 80}", "{Port: 8080}", "replace"),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", "{HealthCheckPath: /}", "{HealthCheckPath: /up}", "modify"),
        ("AWS::EC2::Subnet", "{CidrBlock: 10.0.0.0/24}", "{CidrBlock: 10.0.1.0/24}", "replace"),
        ("AWS::S3::Bucket", "{BucketName: a}", "{BucketName: b}", "replace"),
        ("Unknown::Made::Up", "{A: 1}", "{A: 2}", "modify"),
    ],
)
def test_what_replaces_comes_from_the_schema(kind: str, before: str, after: str, action: str) -> None:
    found = changed(kind, before, after)
    assert found is not None
    assert found.action == action
    assert bool(found.reason) == (action == "replace" or kind.startswith("Unknown"))


def test_an_unknown_type_may_be_replaced() -> None:
    found = changed("Unknown::Made::Up", "{A: 1}", "{A: 2}")
    assert found is not None
    assert found.properties[0].replaces == "conditional"


def test_another_type_under_one_id_is_a_replacement() -> None:
    (found,) = diff("s", resource("AWS::SNS::Topic"), resource("AWS::SQS::Queue"))
    assert (found.action, found.type) == ("replace", "AWS::SQS::Queue")
    assert "refuses" in found.reason


def test_policies_beside_the_properties_are_changes_that_never_replace() -> None:
    before = resource("AWS::RDS::DBInstance", more=", DeletionPolicy: Snapshot")
    (found,) = diff("s", before, resource("AWS::RDS::DBInstance", more=", DeletionPolicy: Delete"))
    assert [(p.path, p.replaces) for p in found.properties] == [("DeletionPolicy", "never")]


def test_depends_on_is_no_change() -> None:
    assert diff("s", resource("AWS::SNS::Topic"), resource("AWS::SNS::Topic", more=", DependsOn: Y")) == ()


def test_from_nothing_and_to_nothing() -> None:
    text = resource("AWS::SNS::Topic")
    assert [(c.action, c.logical_id) for c in diff("s", None, text)] == [("add", "X")]
    assert [(c.action, c.logical_id) for c in diff("s", text, None)] == [("remove", "X")]
    assert diff("s", None, None) == ()


COLOUR = """
Parameters:
  Release: {Type: String}
  Size: {Type: String}
  Token: {Type: String, NoEcho: true}
  Zones: {Type: CommaDelimitedList}
Conditions: {Has: !Not [!Equals [!Ref Release, '']]}
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Condition: Has
    Properties: {LaunchTemplateData: {InstanceType: !Ref Size, UserData: !Sub 'r=${Release}'}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Condition: Has
    Properties:
      VPCZoneIdentifier: !Ref Zones
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties: {Priority: 1, Conditions: [{Values: [!Sub 'blue-${Token}']}]}
"""
VALUES = {"Release": "aa", "Size": "t3.micro", "Token": "****", "Zones": "a,b"}


def actions(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    return {c.logical_id: c.action for c in diff("s", COLOUR, COLOUR, before, after)}


def test_a_condition_that_turns_adds_and_removes() -> None:
    empty = {**VALUES, "Release": ""}
    assert actions(empty, VALUES) == {"Group": "add", "Template": "add"}
    assert actions(VALUES, empty) == {"Group": "remove", "Template": "remove"}


def test_a_parameter_changes_what_uses_it_and_the_group_follows_the_new_version() -> None:
    found = diff("s", COLOUR, COLOUR, VALUES, {**VALUES, "Size": "t3.small", "Release": "bb"})
    assert [(p.path, p.before, p.after) for c in found for p in c.properties] == [
        ("LaunchTemplate/Version", "${Template.LatestVersionNumber}", "${Template.LatestVersionNumber} (new)"),
        ("LaunchTemplateData/InstanceType", "t3.micro", "t3.small"),
        ("LaunchTemplateData/UserData", "r=aa", "r=bb"),
    ]


def test_a_list_parameter_is_a_list() -> None:
    (found,) = diff("s", COLOUR, COLOUR, VALUES, {**VALUES, "Zones": "a,c"})
    assert [(p.path, p.before, p.after) for p in found.properties] == [("VPCZoneIdentifier/0", "b", "c")]


def test_a_parameter_that_nobody_uses_changes_nothing() -> None:
    assert actions(VALUES, {**VALUES, "Other": "1"}) == {}


def test_a_secret_parameter_is_never_put_in() -> None:
    assert actions(VALUES, {**VALUES, "Token": "canary"}) == {}
    assert "canary" not in str(diff("s", None, COLOUR, None, {**VALUES, "Token": "canary"}))


def test_unknown_parameters_leave_conditional_resources_in_question_and_in_sight() -> None:
    assert {c.logical_id for c in diff("s", None, COLOUR)} == {"Group", "Rule", "Template"}
    assert diff("s", COLOUR, COLOUR + "\n# a comment\n") == ()


NETWORK = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref Subnet]}}
  Database: {Type: AWS::RDS::DBInstance, Properties: {DBSubnetGroupName: !Ref Subnets}}
  Note: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub 'in-${Vpc.CidrBlock}'}}
  Topic: {Type: AWS::SNS::Topic}
"""


def test_a_replacement_drags_along_whoever_names_it_and_stops_where_it_is_absorbed() -> None:
    found = {c.logical_id: c for c in diff("s", NETWORK, NETWORK.replace("10.0.0.0/16", "10.1.0.0/16"))}
    assert {name: c.action for name, c in found.items()} == {
        "Vpc": "replace",
        "Subnet": "replace",
        "Subnets": "modify",
        "Note": "replace",
    }
    assert found["Subnet"].properties[0].after == "${Vpc} (new)"


def test_a_renamed_resource_is_added_and_removed() -> None:
    found = diff("s", NETWORK, NETWORK.replace("Topic: {", "Alerts: {"))
    assert {(c.logical_id, c.action) for c in found} == {("Alerts", "add"), ("Topic", "remove")}


@pytest.mark.parametrize("name", ["MasterUserPassword", "SecretString", "ClientSecret", "ApiKey"])
def test_secrets_written_into_a_template_are_masked(name: str) -> None:
    found = changed("AWS::RDS::DBInstance", f"{{{name}: canary-1}}", f"{{{name}: canary-2}}")
    assert found is not None
    assert "canary" not in found.model_dump_json()


def test_references_to_secrets_are_no_secrets() -> None:
    found = changed(
        "AWS::RDS::DBInstance",
        "{MasterUserPassword: '{{resolve:secretsmanager:a}}'}",
        "{MasterUserPassword: '{{resolve:secretsmanager:b}}'}",
    )
    assert found is not None
    assert found.properties[0].after == "{{resolve:secretsmanager:b}}"


@pytest.mark.parametrize(
    "function",
    [
        "!If [A]",
        "!If text",
        "!Sub [a]",
        "!Sub 5",
        "!Join [a]",
        "!Join text",
        "!Select [x, [a]]",
        "!Select [9, [a]]",
        "{Ref: [a]}",
        "{Fn::If: {a: b}}",
    ],
)
def test_a_malformed_function_is_compared_as_written(function: str) -> None:
    text = resource("AWS::SNS::Topic", f"{{A: {function}}}")
    assert diff("s", text, text + "\n") == ()
    assert diff("s", text, resource("AWS::SNS::Topic", "{A: other}"))


def test_a_condition_that_names_itself_cannot_be_told() -> None:
    text = "Conditions: {A: !Not [!Condition A]}\nResources: {X: {Type: T, Condition: A}}"
    assert len(diff("s", None, text, None, {})) == 1


@pytest.mark.parametrize(
    ("condition", "there"),
    [
        ("!And [!Equals [a, a], !Equals [b, b]]", True),
        ("!And [!Equals [a, a], !Equals [a, b]]", False),
        ("!And [!Equals [a, b], !Equals [!Ref Unknown, b]]", False),
        ("!Or [!Equals [a, b], !Equals [b, b]]", True),
        ("!Or [!Equals [a, b], !Equals [a, b]]", False),
        ("!Or [!Equals [a, b], !Equals [!Ref Unknown, b]]", True),
        ("!Not [!Equals [!Ref Unknown, b]]", True),
        ("!Equals [!Ref Unknown, !Ref Unknown]", True),
        ("{Unknown: 1}", True),
    ],
)
def test_conditions(condition: str, there: bool) -> None:
    text = f"Conditions: {{A: {condition}}}\nResources: {{X: {{Type: T, Condition: A}}, Y: {{Type: T}}}}"
    assert ("X" in {c.logical_id for c in diff("s", None, text, None, {})}) is there


def test_a_parameter_default_counts_when_parameters_are_known() -> None:
    text = "Parameters: {A: {Type: String, Default: x}}\nResources: {X: {Type: T, Properties: {P: !Ref A}}}"
    (found,) = diff("s", text, text, {}, {"A": "y"})
    assert (found.properties[0].before, found.properties[0].after) == ("x", "y")


def test_a_structure_that_comes_or_goes_is_shown_as_json() -> None:
    found = changed("AWS::SNS::Topic", "{}", "{A: {B: [1, !Ref C]}}")
    assert found is not None
    assert json.loads(found.properties[0].after or "") == {"B": ["1", {"Ref": "C"}]}


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ('\'{"a": [1, {"b": true}]}\'', '\'{"a": [1, {"b": false}]}\'', ("A/a/1/b", "true", "false")),
        ('!Sub \'{"a": "${X}"}\'', '!Sub \'{"a": "${Y}"}\'', ("A/a", "${X}", "${Y}")),
        ('!Sub [\'{"a": "${X}"}\', {X: !Ref B}]', '!Sub [\'{"a": "${X}!"}\', {X: !Ref B}]', ("A/a", "${X}", "${X}!")),
        ("'{\"a\": 1}'", "'{\"a\":1}'", ("A", '{"a": 1}', '{"a":1}')),
        ("'{broken'", "'{\"a\": 1}'", ("A", "{broken", '{"a": 1}')),
        ("'text'", "'{\"a\": 1}'", ("A", "text", '{"a": 1}')),
    ],
)
def test_json_inside_a_text_is_compared_by_what_it_says(before: str, after: str, shown: tuple[str, str, str]) -> None:
    found = changed("AWS::CloudWatch::Dashboard", f"{{A: {before}}}", f"{{A: {after}}}")
    assert found is not None
    assert [(p.path, p.before, p.after) for p in found.properties] == [shown]
