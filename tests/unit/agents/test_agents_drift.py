"""What was changed beside HiveMind: found, put back, or said in the spec by the edit that makes the templates agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.cloud import FakeCloud

from hivemind.agents.drift import Adoption, adoption
from hivemind.agents.project import Project, proposed, read_project
from hivemind.agents.stack import bring_about
from hivemind.model.drift import Drift, PropertyDrift, ResourceDrift
from hivemind.model.template import StackInput
from hivemind.plan.drift import drift_lines, drifted
from hivemind.spec.edit import with_values

SPEC = """\
# The shop.
name: shop
app: {runtime: python@3.12, start: python server.py, port: 8000, health: /healthz}   # one service
database: postgres
environments:
  staging: {state: s3://acme}   # for everybody
"""


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    (tmp_path / "server.py").write_text("")
    (tmp_path / "hivemind.yaml").write_text(SPEC)
    return read_project(tmp_path)


def changed(stack: str, logical_id: str, kind: str, path: str, said: str | None, found: str | None) -> ResourceDrift:
    return ResourceDrift(
        stack=f"shop-staging-{stack}",
        logical_id=logical_id,
        type=kind,
        physical_id="x",
        state="changed",
        properties=(PropertyDrift(path=path, said=said, found=found),),
    )


def adopted(shop: Project, *resources: ResourceDrift) -> Adoption:
    found = Drift(deployment="shop:staging", resources=resources)
    return adoption(found, shop.environment("staging"), lambda edit: proposed(shop.file, with_values(SPEC, edit)))


STORAGE = changed("foundation", "Database", "AWS::RDS::DBInstance", "AllocatedStorage", "20", "50")
CLASS = changed("foundation", "Database", "AWS::RDS::DBInstance", "DBInstanceClass", "db.t4g.micro", "db.t4g.medium")
LEAST = changed("web", "BlueGroup", "AWS::AutoScaling::AutoScalingGroup", "MinSize", "1", "3")
HEALTH = changed("web", "BlueTargets", "AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckPath", "/healthz", "/up")
RETENTION = changed("web", "LogGroup", "AWS::Logs::LogGroup", "RetentionInDays", "14", "400")


@pytest.mark.parametrize(
    ("drift", "edit"),
    [
        (STORAGE, {"database.storage_gb": 50}),
        (CLASS, {"database.size": "large"}),
        (LEAST, {"environments.staging.instances": 3}),
    ],
    ids=["storage", "class", "least"],
)
def test_the_spec_is_edited_so_that_it_says_what_is_there(
    shop: Project, drift: ResourceDrift, edit: dict[str, object]
) -> None:
    assert adopted(shop, drift) == Adoption(edit, ())


def test_several_are_said_together_and_what_no_key_says_is_left(shop: Project) -> None:
    made = adopted(shop, STORAGE, RETENTION, CLASS)
    assert made.edit == {"database.storage_gb": 50, "database.size": "large"}
    assert made.left == (RETENTION,)
    text = with_values(SPEC, made.edit)
    assert [comment for comment in ("# The shop.", "# one service", "# for everybody") if comment not in text] == []
    assert "engine: postgres" in text


@pytest.mark.parametrize("found", [None, "", "x" * 10_000, "\n", "{}", "99999999999999999999", "-1", "${x}", "null"])
def test_no_value_makes_a_spec_that_is_none(shop: Project, found: str | None) -> None:
    strange = changed("foundation", "Database", "AWS::RDS::DBInstance", "AllocatedStorage", "20", found)
    assert adopted(shop, strange).edit == {}


def test_what_the_spec_says_already_and_was_not_applied_needs_no_edit(shop: Project) -> None:
    said = SPEC.replace("database: postgres", "database: {size: small, storage_gb: 50}")
    found = Drift(deployment="shop:staging", resources=(STORAGE,))
    edits = lambda edit: proposed(shop.file, with_values(said, edit))  # noqa: E731
    assert adoption(found, shop.environment("staging"), edits) == Adoption({}, ())


def test_what_is_gone_no_spec_can_say(shop: Project) -> None:
    gone = RETENTION.model_copy(update={"state": "gone", "properties": ()})
    assert adopted(shop, gone) == Adoption({}, (gone,))


def test_what_hivemind_moves_itself_is_no_drift() -> None:
    desired = changed("web", "BlueGroup", "AWS::AutoScaling::AutoScalingGroup", "DesiredCapacity", "1", "4")
    both = LEAST.model_copy(update={"properties": (*LEAST.properties, *desired.properties)})
    assert tuple(drifted([desired, both, RETENTION])) == (LEAST, RETENTION)


def test_it_is_told_with_the_ways_on() -> None:
    found = Drift(deployment="shop:staging", resources=(RETENTION,), unlooked=("shop-staging-foundation",))
    assert [line.text for line in drift_lines(found)] == [
        "shop:staging: 1 changed beside HiveMind",
        "~ shop-staging-web/LogGroup (Logs::LogGroup)",
        "RetentionInDays: 14 → 400",
        "! shop-staging-foundation is at work and was not looked at",
        "Have it back as the templates say: --revert. Have the spec say it: --adopt.",
    ]
    assert [line.text for line in drift_lines(Drift(deployment="d"))] == ["d is as its templates say."]


def test_a_stack_puts_back_what_drifted_though_nothing_else_changes() -> None:
    cloud = FakeCloud()
    stacks, clock = cloud.acting().stacks, FakeClock(cloud.tick)
    wanted = StackInput(name="shop-staging-web", body='{"Resources": {"LogGroup": {"Type": "AWS::Logs::LogGroup"}}}')
    assert bring_about(wanted, stacks, clock)
    cloud.world.drift.append(RETENTION)
    assert stacks.drift(wanted.name) == (RETENTION,)
    assert not bring_about(wanted, stacks, clock)
    assert bring_about(wanted.model_copy(update={"reverts_drift": True}), stacks, clock)
    assert stacks.drift(wanted.name) == ()
