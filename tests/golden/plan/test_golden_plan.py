"""Whole plans, as a person reads them and as a machine does; `--update` rewrites them for review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from golden.conftest import Golden
from golden.plan import scene
from golden.plan.scene import record

from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan.desired import Back
from hivemind.plan.planner import plan, plan_destroy
from hivemind.plan.rollback import wanted_again
from hivemind.plan.seal import open_plan, to_json
from hivemind.plan.summary import summary

LOCAL = EnvironmentSpec()
STAGING = EnvironmentSpec(name="staging")
PRODUCTION = EnvironmentSpec(name="production", stage="production")

ALARM = """\
  BalancerErrors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ApplicationELB
      MetricName: HTTPCode_ELB_5XX_Count
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 3
      Threshold: 5
      ComparisonOperator: GreaterThanThreshold
Outputs:
"""


def create_offline() -> Plan:
    return plan(scene.desired(LOCAL, scene.release(scene.FIRST, "app.py", "schema.sql")), None, {}, ())


def create_live() -> Plan:
    return plan(scene.desired(STAGING, scene.release()), scene.nothing(), {}, ())


def create_half_finished() -> Plan:
    """The base stands, the first release failed and its colour was emptied."""
    there = scene.live("local", protect="false", web=scene.web_parameters(blue=""))
    return plan(scene.desired(LOCAL, scene.release(scene.SECOND)), there, {}, ())


def create_over_wreckage() -> Plan:
    """The first create of the service stack rolled back."""
    there = scene.live("staging", protect="false")
    shell = there.stacks["web"].model_copy(update={"status": "ROLLBACK_COMPLETE", "resources": ()})
    there = there.model_copy(update={"stacks": {"web": shell}, "services": {}})
    return plan(scene.desired(STAGING, scene.release()), there, {}, ())


def none() -> Plan:
    return plan(scene.desired(STAGING, scene.release()), scene.live("staging"), {}, ())


def in_place() -> Plan:
    foundation = scene.body("foundation").replace("Outputs:\n", ALARM).replace("Period: 300", "Period: 60")
    wanted = scene.desired(STAGING, scene.release(), foundation=foundation)
    return plan(wanted, scene.live("staging"), {}, ())


def blue_green() -> Plan:
    return plan(scene.desired(STAGING, scene.release(scene.SECOND)), scene.live("staging"), {}, ())


def rollback() -> Plan:
    """Back to the first release, across two migrations."""
    kept = plan(scene.desired(STAGING, scene.release()), scene.nothing(), {}, ())
    live = scene.live("staging", web=scene.web_parameters(scene.SECOND))
    back = Back(to=record(scene.FIRST), since=(record(scene.SECOND, migrated=True), record("3d" * 32, migrated=True)))
    return plan(wanted_again(kept, live, back), live, {}, ())


def upgrade() -> Plan:
    foundation = scene.body("foundation").replace("MultiAZ: false", "MultiAZ: true")
    foundation = foundation.replace("db.t4g.micro", "db.t4g.small")
    web = scene.body("web").replace("MinSize: '1'", "MinSize: '2'")
    wanted = scene.desired(PRODUCTION, scene.release(), foundation=foundation, web=web)
    return plan(wanted, scene.live("production"), {}, ())


def replaced_database() -> Plan:
    foundation = scene.body("foundation").replace("DBName: app", "DBName: guestbook")
    wanted = scene.desired(STAGING, scene.release(), foundation=foundation)
    return plan(wanted, scene.live("staging"), {}, ())


def offline_against_committed() -> Plan:
    committed = {t.part: t.body for t in scene.templates("staging")}
    web = scene.body("web").replace("HttpTokens: required", "HttpTokens: required, HttpPutResponseHopLimit: 1")
    return plan(scene.desired(STAGING, scene.release(), web=web), None, committed, ())


def destroy() -> Plan:
    wanted = scene.desired(STAGING)
    return plan_destroy(wanted.spec, STAGING, scene.live("staging"))


def destroy_last_on_local() -> Plan:
    wanted = scene.desired(LOCAL)
    return plan_destroy(wanted.spec, LOCAL, scene.live("local"), True)


CASES: tuple[Callable[[], Plan], ...] = (
    create_offline,
    create_live,
    create_half_finished,
    create_over_wreckage,
    none,
    in_place,
    blue_green,
    rollback,
    upgrade,
    replaced_database,
    offline_against_committed,
    destroy,
    destroy_last_on_local,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_plan(case: Callable[[], Plan], golden: Golden) -> None:
    made = case()
    folder = Path(__file__).parent / case.__name__
    golden(folder / "expected.txt", "".join(f"{line}\n" for line in summary(made)))
    golden(folder / "expected.json", to_json(made.model_copy(update={"templates": {}, "wanted": None})))
    assert open_plan(to_json(made)) == made
