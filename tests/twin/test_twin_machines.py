"""What apply relies on of machines and of the load balancer's rules and targets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import pytest
from fakes.twin import LOOKS, Twin

from hivemind.errors import CloudError
from hivemind.model.live import Instance

Seen = TypeVar("Seen")
IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
ELB, SCRIPT = (
    "AWS::ElasticLoadBalancingV2",
    "#!/bin/bash\nexec python3 -m http.server --bind 127.0.0.1 $INSTANCE_PORT\n",
)


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def subnet(number: int) -> dict[str, object]:
    placed = {"CidrBlock": f"10.0.{number}.0/24", "AvailabilityZone": f"us-east-1{'ab'[number]}"}
    return {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": ref("Vpc"), **placed}}


def target_group() -> dict[str, object]:
    quick = [{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}]
    check = {"HealthCheckPath": "/", "HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2}
    shape = {"VpcId": ref("Vpc"), "Port": 8080, "Protocol": "HTTP", "TargetGroupAttributes": quick, **check}
    return {"Type": f"{ELB}::TargetGroup", "Properties": shape}


def rule(priority: int, condition: dict[str, object], **weights: int) -> dict[str, object]:
    groups = [{"TargetGroupArn": ref(name), "Weight": weight} for name, weight in weights.items()]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    shape = {"ListenerArn": ref("Listener"), "Priority": priority, "Conditions": [condition], "Actions": [action]}
    return {"Type": f"{ELB}::ListenerRule", "Properties": shape}


PATH: dict[str, object] = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}
HEADER: dict[str, object] = {
    "Field": "http-header",
    "HttpHeaderConfig": {"HttpHeaderName": "X-Test", "Values": ["sesame"]},
}
NETWORK: dict[str, object] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "SubnetA": subnet(0),
    "SubnetB": subnet(1),
}
TEMPLATE: dict[str, object] = {
    "Template": {
        "Type": "AWS::EC2::LaunchTemplate",
        "Properties": {
            "LaunchTemplateData": {
                "ImageId": ref("Image"),
                "InstanceType": "t3.micro",
                "UserData": {"Fn::Base64": SCRIPT},
            }
        },
    }
}
BALANCER: dict[str, object] = {
    "Balancer": {"Type": f"{ELB}::LoadBalancer", "Properties": {"Subnets": [ref("SubnetA"), ref("SubnetB")]}},
    "Blue": target_group(),
    "Green": target_group(),
    "Listener": {
        "Type": f"{ELB}::Listener",
        "Properties": {
            "LoadBalancerArn": ref("Balancer"),
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        },
    },
    "Live": rule(20, PATH, Blue=100, Green=0),
    "Test": rule(10, HEADER, Green=1),
}
GROUP: dict[str, object] = {
    "Group": {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {
            "MinSize": "0",
            "MaxSize": "2",
            "DesiredCapacity": ref("Size"),
            "LaunchTemplate": {"LaunchTemplateId": ref("Template"), "Version": "1"},
            "VPCZoneIdentifier": [ref("SubnetA"), ref("SubnetB")],
            "TargetGroupARNs": [ref("Blue")],
        },
    }
}


def body(resources: dict[str, object], *parameters: str) -> str:
    outputs = {name: {"Value": ref(name)} for name in resources}
    asked = {name: {"Type": "String"} for name in parameters}
    return json.dumps({"Parameters": asked, "Resources": resources, "Outputs": outputs})


def eventually(twin: Twin, look: Callable[[], Seen]) -> Seen:
    for _ in range(LOOKS):
        if seen := look():
            return seen
        twin.clock.wait(0.1)
    raise AssertionError("it does not come about")


def machine(twin: Twin, id_: str) -> Instance:
    return next(found for found in twin.cloud.instances.tagged({"made-by": twin.name}) if found.id == id_)


def test_a_machine_is_started_once_per_token_found_by_its_tags_and_ended(twin: Twin) -> None:
    image = twin.cloud.inventory.image(IMAGE)
    template = twin.deploy(twin.stack(body(TEMPLATE, "Image"), Image=image), "hm-1").outputs["Template"]
    instances, tags = twin.cloud.instances, {"made-by": twin.name, "role": "builder"}
    one = instances.launch(template, image=image, tags=tags, token=f"{twin.name}-1")
    assert instances.launch(template, image=image, tags=tags, token=f"{twin.name}-1") == one
    two = instances.launch(template, image=image, tags=tags | {"role": "app"}, token=f"{twin.name}-2")
    assert {found.id for found in instances.tagged({"made-by": twin.name})} == {one, two}
    assert [found.id for found in instances.tagged(tags)] == [one], "it has to carry every tag"
    eventually(twin, lambda: machine(twin, one).state == "running")
    assert tags.items() <= machine(twin, one).tags.items()
    instances.terminate(one)
    assert machine(twin, one).state in ("shutting-down", "terminated")
    eventually(twin, lambda: machine(twin, one).state == "terminated")
    instances.terminate(one)
    assert machine(twin, two).state in ("pending", "running")
    instances.terminate(two)
    eventually(twin, lambda: machine(twin, two).state == "terminated")


def test_machines_that_are_not_there(twin: Twin) -> None:
    instances = twin.cloud.instances
    instances.terminate("i-00000000000000000")
    assert instances.console("i-00000000000000000") == ""
    assert instances.in_group("no-such-group") == ()
    with pytest.raises(CloudError):
        instances.launch("lt-00000000000000000", image="ami-00000000000000000", tags={}, token=f"{twin.name}-none")


def test_a_group_s_machines_become_healthy_targets_and_drain_when_it_shrinks(twin: Twin) -> None:
    image = twin.cloud.inventory.image(IMAGE)
    wanted = body({**NETWORK, **TEMPLATE, **BALANCER, **GROUP}, "Image", "Size")
    made = twin.deploy(twin.stack(wanted, Image=image, Size="1"), "hm-1")
    assert made.status == "CREATE_COMPLETE", twin.cloud.stacks.events(twin.name, frozenset())
    blue, green = made.outputs["Blue"], made.outputs["Green"]
    (one,) = twin.cloud.instances.in_group(made.outputs["Group"])
    assert one.state == "running"
    traffic = twin.cloud.traffic
    assert traffic.health(green) == ()
    eventually(twin, lambda: [(row.target, row.state) for row in traffic.health(blue)] == [(one.id, "healthy")])
    twin.deploy(twin.stack(wanted, Image=image, Size="0"), "hm-2")
    eventually(twin, lambda: traffic.health(blue) == ())
    eventually(
        twin, lambda: {row.state for row in twin.cloud.instances.in_group(made.outputs["Group"])} <= {"terminated"}
    )


def test_a_group_grows_by_one_and_has_one_of_its_members_taken_out(twin: Twin) -> None:
    image = twin.cloud.inventory.image(IMAGE)
    wanted = body({**NETWORK, **TEMPLATE, **BALANCER, **GROUP}, "Image", "Size")
    made = twin.deploy(twin.stack(wanted, Image=image, Size="1"), "hm-1")
    groups, name = twin.cloud.groups, made.outputs["Group"]
    (one,) = groups.find(name).members
    groups.resize(name, 2)
    eventually(twin, lambda: len(groups.find(name).members) == 2)
    (two,) = set(groups.find(name).members) - {one}
    targets, blue = twin.cloud.traffic.health, made.outputs["Blue"]
    eventually(twin, lambda: {row.target for row in targets(blue) if row.state == "healthy"} == {one, two})
    groups.retire(one)
    found = groups.find(name)
    assert (found.desired, found.members) == (1, (two,)), "its group does without it from then on"
    groups.retire(one)
    eventually(twin, lambda: [row.target for row in targets(blue)] == [two])
    eventually(twin, lambda: member(twin, name, one).state == "terminated")
    groups.retire(one)
    assert groups.find(name) == found
    with pytest.raises(CloudError):
        groups.resize(name, found.most + 1)
    with pytest.raises(CloudError):
        groups.find("no-such-group")


def member(twin: Twin, group: str, id_: str) -> Instance:
    return next(found for found in twin.cloud.instances.in_group(group) if found.id == id_)


def test_weights_shift_at_once_and_a_test_rule_has_its_header(twin: Twin) -> None:
    stack = twin.deploy(twin.stack(body({**NETWORK, **BALANCER})), "hm-1")
    assert stack.status == "CREATE_COMPLETE", twin.cloud.stacks.events(twin.name, frozenset())
    made, traffic = stack.outputs, twin.cloud.traffic
    live = made["Live"]
    assert traffic.weights(live) == {made["Blue"]: 100, made["Green"]: 0}
    traffic.shift(live, {made["Blue"]: 10, made["Green"]: 90})
    assert traffic.weights(live) == {made["Blue"]: 10, made["Green"]: 90}
    traffic.shift(live, {made["Green"]: 95})
    assert traffic.weights(live) == {made["Blue"]: 10, made["Green"]: 95}, "what is not named stays"
    assert traffic.header(made["Test"]) == ("X-Test", "sesame")
    with pytest.raises(CloudError):
        traffic.header(live)
    with pytest.raises(CloudError):
        traffic.shift(live, {made["Blue"].replace("targetgroup", "targetgroup/none") + "x": 1})
    assert traffic.weights(live) == {made["Blue"]: 10, made["Green"]: 95}


def test_rules_and_targets_that_are_not_there(twin: Twin) -> None:
    account = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
    rule_arn = f"{account}:listener-rule/app/none/0123456789abcdef/0123456789abcdef/0123456789abcdef"
    assert twin.cloud.traffic.weights(rule_arn) == {}
    assert twin.cloud.traffic.health(f"{account}:targetgroup/none/0123456789abcdef") == ()
    for ask in (lambda: twin.cloud.traffic.header(rule_arn), lambda: twin.cloud.traffic.shift(rule_arn, {"a": 1})):
        with pytest.raises(CloudError):
            ask()
