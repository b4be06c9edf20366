"""What `apply` refuses before it asks: what Sheriff blocks, what it cannot do, and an interruption nobody agreed to."""

from __future__ import annotations

from datetime import date

import pytest
from golden.plan import scene

from hivemind.cli.apply import require_applicable, require_consent, require_loss
from hivemind.cli.options import allowed
from hivemind.errors import RefusedError, UsageError
from hivemind.model.plan import Plan, Transition
from hivemind.model.spec import EnvironmentSpec, FreezeSpec
from hivemind.plan.gates import opened
from hivemind.plan.planner import plan

STAGING = EnvironmentSpec(name="staging")
TODAY = date(2026, 12, 24)


def planned(old: str, new: str, digest: str = scene.FIRST) -> Plan:
    foundation = scene.body("foundation").replace(old, new)
    return plan(scene.desired(STAGING, scene.release(digest), foundation=foundation), scene.live("staging"), {}, ())


def test_an_interruption_is_asked_for_by_name() -> None:
    made = planned("db.t4g.micro", "db.t4g.small")
    require_applicable(made)
    with pytest.raises(RefusedError, match="for minutes: the database restarts on another machine") as caught:
        require_consent(made, frozenset(), TODAY)
    assert "--allow-interruption" in caught.value.hint
    require_consent(made, frozenset({"interruption"}), TODAY)


def test_a_change_that_nobody_notices_needs_no_consent() -> None:
    require_consent(planned("Period: 300", "Period: 60"), frozenset(), TODAY)


def changed(**environment: object) -> Plan:
    """A release for an environment that says this, too."""
    staging = STAGING.model_copy(update=environment)
    return plan(scene.desired(staging, scene.release(scene.SECOND)), scene.live("staging"), {}, ())


@pytest.mark.parametrize(
    ("today", "until", "is_held"),
    [
        (date(2026, 12, 24), "2026-12-24", True),
        (date(2026, 12, 24), "2027-01-01", True),
        (date(2026, 12, 25), "2026-12-24", False),
        (date(2026, 3, 1), "2026-02-31", False),
    ],
)
def test_a_freeze_holds_until_its_last_day_is_over_and_says_why(today: date, until: str, is_held: bool) -> None:
    made = changed(freeze=FreezeSpec(until=until, reason="Christmas trade"))
    assert any("frozen until" in note for note in made.notes)
    require_consent(made, frozenset({"freeze"}), today)
    if not is_held:
        require_consent(made, frozenset(), today)
        return
    with pytest.raises(RefusedError, match=f"frozen until {until}: Christmas trade") as caught:
        require_consent(made, frozenset({"over-budget", "interruption"}), today)
    assert "`hivemind: allow freeze`" in caught.value.hint


def test_what_goes_beyond_the_budget_needs_a_yes_of_its_own() -> None:
    made = changed(budget=1)
    dearer = made.model_copy(update={"cost": made.cost.model_copy(update={"after": made.cost.before + 5})})
    with pytest.raises(RefusedError, match=r"a month, and the budget is \$1"):
        require_consent(dearer, frozenset({"freeze"}), TODAY)
    require_consent(dearer, frozenset({"over-budget"}), TODAY)
    require_consent(changed(budget=100_000), frozenset(), TODAY)


def test_what_costs_no_more_than_before_is_not_held_up_by_a_budget() -> None:
    made = changed(budget=1)
    same = made.model_copy(update={"cost": made.cost.model_copy(update={"after": made.cost.before})})
    require_consent(same, frozenset(), TODAY)


@pytest.mark.parametrize("transition", ["rollback", "destroy", "none"])
def test_nothing_is_in_the_way_back(transition: Transition) -> None:
    made = changed(budget=1, freeze=FreezeSpec(until="2030-01-01", reason="x"))
    require_consent(made.model_copy(update={"transition": transition}), frozenset(), TODAY)


def test_a_label_opens_its_own_gate() -> None:
    assert opened(frozenset({"hivemind: allow freeze", "bug", "hivemind: allow all"})) == {"freeze"}


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


def test_a_yes_to_what_nothing_asks_for_is_a_mistake() -> None:
    assert allowed(True, ["freeze"]) == {"interruption", "freeze"}
    assert allowed(False) == frozenset()
    with pytest.raises(UsageError, match="nothing asks for `frezee`"):
        allowed(False, ["frezee"])
