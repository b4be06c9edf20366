"""What `apply` refuses before it asks: what Sheriff blocks, what it cannot do, and an interruption nobody agreed to."""

from __future__ import annotations

import pytest
from golden.plan import scene

from hivemind.cli.apply import require_applicable, require_consent, require_loss
from hivemind.errors import RefusedError
from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan.planner import plan

STAGING = EnvironmentSpec(name="staging")


def planned(old: str, new: str, digest: str = scene.FIRST) -> Plan:
    foundation = scene.body("foundation").replace(old, new)
    return plan(scene.desired(STAGING, scene.release(digest), foundation=foundation), scene.live("staging"), {}, ())


def test_an_interruption_is_asked_for_by_name() -> None:
    made = planned("db.t4g.micro", "db.t4g.small")
    require_applicable(made)
    with pytest.raises(RefusedError, match="for minutes: the database restarts on another machine") as caught:
        require_consent(made, False)
    assert "--allow-interruption" in caught.value.hint
    require_consent(made, True)


def test_a_change_that_nobody_notices_needs_no_consent() -> None:
    require_consent(planned("Period: 300", "Period: 60"), False)


def test_what_goes_with_its_data_is_named_by_whoever_lets_it_go() -> None:
    text = scene.body("foundation")
    kept = text[: text.index("  Database:")] + text[text.index("  Alerts:") :].replace("!Ref Database}", "x}")
    made = plan(scene.desired(STAGING, scene.release(scene.FIRST), foundation=kept), scene.live("staging"), {}, ())
    for named in ((), ("database",), ("Databas",)):
        with pytest.raises(RefusedError, match="Database would be removed with its data") as caught:
            require_loss(made, named)
        assert "--lose Database" in caught.value.hint
    require_loss(made, ("Database",))
    require_loss(planned("Period: 300", "Period: 60"), ())


def test_losing_data_is_refused_with_or_without_consent() -> None:
    made = planned("DBName: app", "DBName: other")
    with pytest.raises(RefusedError, match="blocks"):
        require_applicable(made)


def test_a_plan_without_steps_is_refused_with_the_way_out() -> None:
    made = planned("Period: 300", "Period: 300", scene.SECOND)
    require_applicable(made)
    with pytest.raises(RefusedError, match="no steps") as caught:
        require_applicable(made.model_copy(update={"steps": ()}))
    assert "Nothing was changed" in caught.value.hint
