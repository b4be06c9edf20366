"""The review as a whole: rules are told apart, a crash blocks, and nothing of a template leaks into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from hivemind.model.plan import Severity
from hivemind.policy.check import check
from hivemind.policy.ingress import ingresses
from hivemind.policy.rule import Fault
from hivemind.policy.rules import RULES
from hivemind.policy.view import View


class Broken:
    """A rule that crashes with a template's words in its message."""

    id: ClassVar[str] = "broken"
    title: ClassVar[str] = "Something holds"
    why: ClassVar[str] = "because"
    source: ClassVar[str] = "https://example.org"
    severity: ClassVar[Severity] = "info"

    def check(self, view: View) -> Iterator[Fault]:
        """Crash after a first finding."""
        yield Fault("foundation/X", "first", "fix")
        raise ValueError("canary-secret")


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_why_and_who_else_says_so(rule: object) -> None:
    assert all(getattr(rule, name) for name in ("id", "title", "why", "severity"))
    assert str(getattr(rule, "source", "")).startswith("https://")


def test_a_crash_blocks_whatever_the_severity_of_the_rule() -> None:
    (found,) = check({"foundation": {"Resources": {}}}, (Broken(),))
    assert (found.rule, found.severity) == ("broken", "block")
    assert "ValueError" in found.title
    assert "canary" not in found.model_dump_json()


@pytest.mark.parametrize(
    "document",
    [{}, {"Resources": None}, {"Resources": {"X": None}}, {"Resources": {"X": {}}}, {"Resources": {"X": "text"}}],
)
def test_what_cannot_be_read_blocks(document: dict[str, object]) -> None:
    found = check({"foundation": document})
    assert {f.severity for f in found} == {"block"}
    assert {f.rule for f in found} == {rule.id for rule in RULES}


def test_nothing_to_judge_is_no_finding() -> None:
    assert check({"foundation": {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}}) == ()


def test_a_finding_carries_the_rule_and_its_place() -> None:
    found = check({"base": {"Resources": {"Db": {"Type": "AWS::RDS::DBInstance", "Properties": {}}}}})
    assert ("public-database", "base/Db/PubliclyAccessible") in {(f.rule, f.where) for f in found}
    assert all(f.why and f.fix and f.source for f in found)


def test_a_balancer_of_another_part_does_not_open_a_group_of_the_same_name() -> None:
    balancer = {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"SecurityGroups": [{"Ref": "G"}]}}
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": [rule]}}
    found = check({"a": {"Resources": {"B": balancer}}, "b": {"Resources": {"G": group}}})
    assert [f.rule for f in found] == ["open-port"]


@pytest.mark.parametrize(
    ("cidr", "reach"),
    [
        ("0.0.0.0/0", "world"),
        ("0.0.0.0/00", "world"),
        (" 0.0.0.0/0 ", "world"),
        ("1.2.3.4/0", "world"),
        ("128.0.0.0/1", "world"),
        ("::/0", "world"),
        ("2000::/3", "world"),
        ("10.0.0.0/8", "limited"),
        ("203.0.113.7/32", "limited"),
        ("fd00::/16", "limited"),
        ("not an address", "unknown"),
        ({"Ref": "Range"}, "unknown"),
    ],
)
def test_how_far_a_range_reaches(cidr: object, reach: str) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": cidr}
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": [rule]}}
    (found,) = ingresses(View({"a": {"Resources": {"G": group}}}))
    assert found.reach == reach
