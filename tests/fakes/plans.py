"""Hand-made plans over small templates: the create and the destroy of a web service with a database."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hivemind.model.live import COLOURS
from hivemind.model.names import BOOTSTRAP, BOOTSTRAP_STACK, for_colour
from hivemind.model.plan import Cost, Forecast, Plan, Transition
from hivemind.model.release import Release
from hivemind.model.step import (
    AddColour,
    AwaitHealthy,
    BuildRelease,
    CollectReleases,
    DeleteArtifacts,
    DeleteStack,
    EmptyColour,
    ProveEmpty,
    RecordRelease,
    RollInstances,
    RunMigration,
    SaveEvidence,
    ShiftTraffic,
    Step,
    TryRelease,
    UpdateStack,
    UploadBundle,
    VerifyRelease,
    WatchRelease,
)
from hivemind.model.template import FOUNDATION

DEPLOYMENT, FOUNDATION_STACK, SERVICE_STACK, PREFIX = (
    "shop:local",
    "shop-local-foundation",
    "shop-local-web",
    "shop/local/",
)
DIGEST, NEXT_DIGEST = "a" * 64, "b" * 64
IMAGE = "ami-0123456789abcdef0"
ALARMS = ("Outage", *(for_colour(colour, what) for colour in COLOURS for what in ("Errors", "Unhealthy")))
EMPTY_COLOURS = {
    for_colour(colour, what): value
    for colour in COLOURS
    for what, value in {"Release": "", "Checksum": "", "Image": "", "InstanceType": "t3.micro", "Capacity": "0"}.items()
} | {"BlueWeight": "100", "GreenWeight": "0"}
"""What a plan says of a new service stack."""


def bootstrap_template() -> str:
    return _body(
        {},
        {"Bucket": {"Type": "AWS::S3::Bucket"}},
        {"ArtifactBucket": {"Ref": "Bucket"}},
    )


def foundation_template() -> str:
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "LoadBalancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer"},
        "Listener": {"Type": "AWS::ElasticLoadBalancingV2::Listener"},
        "Database": {"Type": "AWS::RDS::DBInstance", "Properties": {"DeletionProtection": {"Ref": "Protect"}}},
        "BuilderTemplate": {"Type": "AWS::EC2::LaunchTemplate"},
        "BuilderLogs": {"Type": "AWS::Logs::LogGroup"},
    }
    outputs: dict[str, Any] = {name: {"Ref": name} for name in ("Listener", "BuilderTemplate", "BuilderLogs")}
    outputs |= {"LoadBalancerFullName": "app/shop/1", "AppSubnets": "subnet-1"}
    outputs |= {"VpcId": {"Ref": "Vpc"}, "DatabaseIdentifier": {"Ref": "Database"}, "Url": "http://shop.test"}
    return _body({"ArtifactBucket": {}, "Protect": {}}, resources, outputs)


def service_template(note: str = "") -> str:
    """`note` makes another template of it."""
    parameters: dict[str, Any] = {name: {} for name in ("ArtifactBucket", "VpcId", "Listener", "DatabaseIdentifier")}
    resources: dict[str, Any] = {"Logs": {"Type": "AWS::Logs::LogGroup", "Metadata": {"Note": note}}}
    outputs: dict[str, Any] = {"LogGroup": {"Ref": "Logs"}}
    for colour in COLOURS:
        for what in ("Release", "Checksum", "Image", "InstanceType", "Capacity", "Weight"):
            parameters[for_colour(colour, what)] = {}
        resources |= _colour(colour)
    forward = [_target(colour, {"Ref": for_colour(colour, "Weight")}) for colour in COLOURS]
    resources["ForwardRule"] = _rule(forward)
    resources |= {name: {"Type": "AWS::CloudWatch::Alarm"} for name in ALARMS}
    return _body({**parameters, "TestToken": {"Type": "String", "NoEcho": True}}, resources, outputs)


def create_plan(*, template: str = "", migrates: bool = True) -> Plan:
    """bootstrap, foundation, empty service, release, first colour, protection, record."""
    migration: tuple[Step, ...] = (RunMigration(digest=DIGEST, image=IMAGE),) if migrates else ()
    steps: tuple[Step, ...] = (
        UpdateStack(part=BOOTSTRAP, stack=BOOTSTRAP_STACK, purpose="bootstrap"),
        UpdateStack(part=FOUNDATION, stack=FOUNDATION_STACK, parameters={"Protect": "false"}),
        UpdateStack(part="web", stack=SERVICE_STACK, parameters=EMPTY_COLOURS),
        UploadBundle(digest=DIGEST),
        BuildRelease(digest=DIGEST, image=IMAGE),
        *migration,
        add_colour(),
        AwaitHealthy(service="web", stack=SERVICE_STACK, colour="blue"),
        VerifyRelease(service="web", stack=SERVICE_STACK, colour="blue", path="/healthz"),
        ShiftTraffic(service="web", stack=SERVICE_STACK, weights={"blue": 100, "green": 0}),
        UpdateStack(part=FOUNDATION, stack=FOUNDATION_STACK, parameters={"Protect": "true"}, purpose="protect"),
        RecordRelease(digest=DIGEST, colours={"web": "blue"}),
    )
    recovery: tuple[Step, ...] = (
        SaveEvidence(service="web", stack=SERVICE_STACK, colour="blue"),
        EmptyColour(service="web", stack=SERVICE_STACK, colour="blue", weights={"blue": 100, "green": 0}),
    )
    templates = {
        BOOTSTRAP: bootstrap_template(),
        FOUNDATION: foundation_template(),
        "web": template or service_template(),
    }
    return plan("create", steps, recovery, templates=templates, migrates=migrates)


def switch_plan() -> Plan:
    """The next release in green beside blue, then blue emptied."""
    steps: tuple[Step, ...] = (
        UploadBundle(digest=NEXT_DIGEST),
        BuildRelease(digest=NEXT_DIGEST, image=IMAGE),
        RunMigration(digest=NEXT_DIGEST, image=IMAGE),
        add_colour("green", NEXT_DIGEST),
        AwaitHealthy(service="web", stack=SERVICE_STACK, colour="green"),
        VerifyRelease(service="web", stack=SERVICE_STACK, colour="green", path="/healthz"),
        TryRelease(service="web", stack=SERVICE_STACK, colour="green", path="/healthz"),
        ShiftTraffic(service="web", stack=SERVICE_STACK, weights={"blue": 0, "green": 100}),
        WatchRelease(service="web", stack=SERVICE_STACK, colour="green", path="/healthz", seconds=10),
        EmptyColour(service="web", stack=SERVICE_STACK, colour="blue", weights={"blue": 0, "green": 100}),
        RecordRelease(digest=NEXT_DIGEST, colours={"web": "green"}),
        CollectReleases(),
    )
    recovery: tuple[Step, ...] = (
        ShiftTraffic(service="web", stack=SERVICE_STACK, weights={"blue": 100, "green": 0}),
        SaveEvidence(service="web", stack=SERVICE_STACK, colour="green"),
        EmptyColour(service="web", stack=SERVICE_STACK, colour="green", weights={"blue": 100, "green": 0}),
    )
    return plan("blue_green", steps, recovery, templates={"web": service_template()}, digest=NEXT_DIGEST)


def rolling_plan() -> Plan:
    """The next release in blue, instance by instance."""
    roll = RollInstances(
        service="web",
        stack=SERVICE_STACK,
        colour="blue",
        digest=NEXT_DIGEST,
        image=IMAGE,
        instance_type="t3.micro",
        capacity=2,
        patience=60,
        deadline=600,
    )
    steps: tuple[Step, ...] = (
        *switch_plan().steps[:3],
        roll,
        WatchRelease(service="web", stack=SERVICE_STACK, colour="blue", path="/healthz", seconds=10),
        RecordRelease(digest=NEXT_DIGEST, colours={"web": "blue"}),
    )
    recovery: tuple[Step, ...] = (
        SaveEvidence(service="web", stack=SERVICE_STACK, colour="blue"),
        roll.model_copy(update={"digest": DIGEST}),
    )
    return plan("rolling", steps, recovery, digest=NEXT_DIGEST)


def canary_plan() -> Plan:
    """As `switch_plan`, the traffic in three shares, each watched."""
    whole = switch_plan()
    shift, watch = whole.steps[7:9]
    shares = [shift.model_copy(update={"weights": {"blue": 100 - share, "green": share}}) for share in (10, 50)]
    first = tuple(step for share in shares for step in (share, watch))
    return whole.model_copy(update={"steps": (*whole.steps[:7], *first, *whole.steps[7:]), "digest": "plan-canary"})


def upgrade_plan() -> Plan:
    """As `switch_plan`, but the same release on another foundation and by another template: built and migrated."""
    whole, foundation = switch_plan(), foundation_template().replace("10.0.0.0/16", "10.1.0.0/16")
    steps: tuple[Step, ...] = (
        UpdateStack(part=FOUNDATION, stack=FOUNDATION_STACK, purpose="change"),
        UploadBundle(digest=DIGEST),
        BuildRelease(digest=DIGEST, image=IMAGE),
        RunMigration(digest=DIGEST, image=IMAGE),
        add_colour("green"),
        *whole.steps[4:10],
        RecordRelease(digest=DIGEST, colours={"web": "green"}),
    )
    templates = {FOUNDATION: foundation, "web": service_template("raised")}
    return plan("upgrade", steps, whole.recovery, templates=templates)


def shrink_plan() -> Plan:
    """As `upgrade_plan` the other way: the foundation lets go of a subnet, once the old colour is empty."""
    whole, foundation = upgrade_plan(), json.loads(foundation_template())
    del foundation["Resources"]["Subnet"]
    widen = UpdateStack(part=FOUNDATION, stack=FOUNDATION_STACK, purpose="widen")
    steps = (widen, *whole.steps[1:-1], widen.model_copy(update={"purpose": "change"}), whole.steps[-1])
    templates = {**whole.templates, FOUNDATION: json.dumps(foundation)}
    return plan("blue_green", steps, whole.recovery, templates=templates)


def back_plan() -> Plan:
    """From the next release in green back to the first one in blue: neither built nor migrated again."""
    steps: tuple[Step, ...] = (
        add_colour(),
        AwaitHealthy(service="web", stack=SERVICE_STACK, colour="blue"),
        VerifyRelease(service="web", stack=SERVICE_STACK, colour="blue", path="/healthz"),
        ShiftTraffic(service="web", stack=SERVICE_STACK, weights={"blue": 100, "green": 0}),
        WatchRelease(service="web", stack=SERVICE_STACK, colour="blue", path="/healthz", seconds=10),
        EmptyColour(service="web", stack=SERVICE_STACK, colour="green", weights={"blue": 100, "green": 0}),
        RecordRelease(digest=DIGEST, colours={"web": "blue"}),
    )
    recovery: tuple[Step, ...] = (
        ShiftTraffic(service="web", stack=SERVICE_STACK, weights={"blue": 0, "green": 100}),
        SaveEvidence(service="web", stack=SERVICE_STACK, colour="blue"),
        EmptyColour(service="web", stack=SERVICE_STACK, colour="blue", weights={"blue": 0, "green": 100}),
    )
    return plan("rollback", steps, recovery, templates={"web": service_template()})


def change_plan(capacity: int = 3) -> Plan:
    """In place: another foundation, and a service of more instances."""
    foundation = foundation_template().replace("10.0.0.0/16", "10.1.0.0/16")
    steps: tuple[Step, ...] = (
        UpdateStack(part=FOUNDATION, stack=FOUNDATION_STACK, purpose="change"),
        UpdateStack(part="web", stack=SERVICE_STACK, purpose="change", parameters={"BlueCapacity": str(capacity)}),
        AwaitHealthy(service="web", stack=SERVICE_STACK, colour="blue"),
    )
    return plan("in_place", steps, templates={FOUNDATION: foundation, "web": service_template("more")})


def destroy_plan() -> Plan:
    steps: tuple[Step, ...] = (
        UpdateStack(part=FOUNDATION, stack=FOUNDATION_STACK, parameters={"Protect": "false"}, purpose="unprotect"),
        DeleteStack(part="web", stack=SERVICE_STACK),
        DeleteStack(part=FOUNDATION, stack=FOUNDATION_STACK),
        DeleteArtifacts(prefix=PREFIX),
        DeleteStack(part=BOOTSTRAP, stack=BOOTSTRAP_STACK),
        ProveEmpty(stacks=(SERVICE_STACK, FOUNDATION_STACK, BOOTSTRAP_STACK)),
    )
    return plan("destroy", steps)


def add_colour(colour: Any = "blue", digest: str = DIGEST) -> AddColour:
    return AddColour(
        service="web",
        stack=SERVICE_STACK,
        colour=colour,
        digest=digest,
        image=IMAGE,
        instance_type="t3.micro",
        capacity=2,
    )


def plan(
    transition: Transition,
    steps: tuple[Step, ...],
    recovery: tuple[Step, ...] = (),
    *,
    templates: dict[str, str] | None = None,
    digest: str = DIGEST,
    migrates: bool = True,
) -> Plan:
    """Any steps as a plan; what apply does not look at is left plain."""
    zero = Decimal(0)
    return Plan(
        deployment=DEPLOYMENT,
        region="us-east-1",
        offline=False,
        transition=transition,
        headline="a plan for tests",
        changes=(),
        parameters=(),
        cost=Cost(lines=(), before=zero, after=zero, region="us-east-1", prices_of="2026-01-01"),
        findings=(),
        forecast=Forecast(seconds=60, downtime="none", reversible=True, way_back="destroy"),
        release=Release(digest=digest, files=3, size=100, commit="c0ffee", migrates=("web",) if migrates else ()),
        image=IMAGE,
        templates=templates or {},
        steps=steps,
        recovery=recovery,
        spec_fingerprint="spec",
        live_fingerprint="live",
        digest=f"plan-{transition}-{digest[:4]}",
    )


def _colour(colour: Any) -> dict[str, Any]:
    def name(what: str) -> str:
        return for_colour(colour, what)

    header = {"HttpHeaderName": "X-HiveMind-Test", "Values": [{"Fn::Sub": f"{colour}-${{TestToken}}"}]}
    group = {"DesiredCapacity": {"Ref": name("Capacity")}, "TargetGroupARNs": [{"Ref": name("Targets")}]}
    return {
        name("Targets"): {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup"},
        name("TestRule"): _rule([_target(colour, 1)], {"Field": "http-header", "HttpHeaderConfig": header}),
        name("Template"): {"Type": "AWS::EC2::LaunchTemplate", "Condition": f"Has{colour.title()}"},
        name("Group"): {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "Condition": f"Has{colour.title()}",
            "Properties": group,
        },
    }


def _target(colour: Any, weight: Any) -> dict[str, Any]:
    return {"TargetGroupArn": {"Ref": for_colour(colour, "Targets")}, "Weight": weight}


def _rule(groups: list[dict[str, Any]], *conditions: dict[str, Any]) -> dict[str, Any]:
    actions = [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    properties = {"Actions": actions, "Conditions": list(conditions)}
    return {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": properties}


def _body(parameters: dict[str, Any], resources: dict[str, Any], outputs: dict[str, Any]) -> str:
    filled = {colour: f"Has{colour.title()}" for colour in COLOURS if f"{colour.title()}Release" in parameters}
    return json.dumps(
        {
            "Parameters": {name: declared or {"Type": "String"} for name, declared in parameters.items()},
            "Conditions": {
                condition: {"Fn::Not": [{"Fn::Equals": [{"Ref": for_colour(c, "Release")}, ""]}]}
                for c, condition in filled.items()
            },
            "Resources": resources,
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        },
        indent=1,
    )
