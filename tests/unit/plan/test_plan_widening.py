"""A foundation that lets go of what still serves is widened first, and narrowed once the old colour is empty."""

from __future__ import annotations

from golden.plan import scene

from hivemind.model.live import Live
from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.step import EmptyColour, UpdateStack
from hivemind.plan.document import document
from hivemind.plan.planner import plan
from hivemind.plan.widening import let_go, widened

STAGING = EnvironmentSpec(name="staging")
OLD = """\
Parameters:
  Protect: {Type: String}
  Nats: {Type: Number}
Conditions:
  HasNat: !Equals [!Ref Nats, 1]
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  AppSubnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Nat: {Type: AWS::EC2::NatGateway, Condition: HasNat, Properties: {SubnetId: !Ref PublicSubnet}}
  PublicSubnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24}}
Outputs:
  Subnets: {Value: !Ref AppSubnet}
"""
NEW = """\
Parameters:
  Protect: {Type: String}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsSupport: true}}
  PublicSubnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24}}
Outputs:
  Subnets: {Value: !Ref PublicSubnet}
"""


def test_a_widened_body_has_what_is_wanted_and_keeps_what_goes() -> None:
    both = document(widened(OLD, NEW))
    assert let_go(OLD, NEW) == ("AppSubnet", "Nat")
    assert both["Resources"]["Vpc"] == document(NEW)["Resources"]["Vpc"]
    assert both["Resources"]["Nat"] == document(OLD)["Resources"]["Nat"]
    assert set(both["Parameters"]) == {"Protect", "Nats"}
    assert set(both["Conditions"]) == {"HasNat"}
    assert both["Outputs"] == document(NEW)["Outputs"]


def test_widening_what_is_wide_already_changes_nothing() -> None:
    wide = widened(OLD, NEW)
    assert widened(wide, NEW) == wide


def test_where_nothing_goes_the_wanted_body_is_taken_as_it_is() -> None:
    assert widened(NEW, NEW) == NEW
    assert widened(NEW, OLD) == OLD


def planned(live: Live, body: str, digest: str = scene.SECOND) -> Plan:
    return plan(scene.desired(STAGING, scene.release(digest), foundation=body), live, {}, ())


def less() -> str:
    """The foundation's body without its last resource, an alarm."""
    head, _, rest = scene.body("foundation").partition("  DatabaseStorage:\n")
    return f"{head}Outputs:{rest.partition('Outputs:')[2]}"


def test_a_release_narrows_the_foundation_only_when_the_old_colour_is_empty() -> None:
    made = planned(scene.live("staging"), less())
    assert made.transition == "blue_green"
    told = [s.purpose for s in made.steps if isinstance(s, UpdateStack) and s.part == "foundation"]
    assert told == ["widen", "change"]
    emptied = next(i for i, step in enumerate(made.steps) if isinstance(step, EmptyColour))
    narrowed = next(i for i, s in enumerate(made.steps) if isinstance(s, UpdateStack) and s.purpose == "change")
    assert narrowed > emptied
    assert made.steps[0].kind == "update-stack"


def test_where_no_colour_switches_it_is_narrowed_at_once() -> None:
    made = planned(scene.live("staging"), less(), scene.FIRST)
    assert made.transition == "in_place"
    assert [s.purpose for s in made.steps if isinstance(s, UpdateStack)] == ["change"]
