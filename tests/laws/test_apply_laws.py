"""Laws of applying: killed anywhere it converges, twice is once, and no schedule leaves users without a colour."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from itertools import groupby
from pathlib import Path
from typing import get_args

import pytest
from fakes.plans import (
    DIGEST,
    SERVICE_STACK,
    back_plan,
    canary_plan,
    change_plan,
    create_plan,
    destroy_plan,
    rolling_plan,
    shrink_plan,
    switch_plan,
    upgrade_plan,
)
from fakes.stage import Stage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hivemind.apply.entrance import entrance
from hivemind.apply.executor import run
from hivemind.apply.handlers.dispatch import handle
from hivemind.apply.journal import fold
from hivemind.apply.outcome import Finished
from hivemind.errors import StepError
from hivemind.model.plan import Plan
from hivemind.model.run import Began, Done
from hivemind.model.step import Step
from hivemind.ports import Answered

LAWS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
Prepare = Callable[[Stage], None]


class Killed(BaseException):
    """kill -9: nothing in the program can catch it."""


def nothing(stage: Stage) -> None:
    """Start from an empty account."""


def released(stage: Stage) -> None:
    stage.succeed(create_plan())


def replaced(stage: Stage) -> None:
    released(stage)
    stage.succeed(switch_plan())


CASES = {
    "create": (nothing, create_plan),
    "switch": (released, switch_plan),
    "rolling": (released, rolling_plan),
    "canary": (released, canary_plan),
    "upgrade": (released, upgrade_plan),
    "shrink": (released, shrink_plan),
    "rollback": (replaced, back_plan),
    "change": (released, change_plan),
    "destroy": (released, destroy_plan),
}
ENTRIES = {
    "create": 26,
    "switch": 26,
    "rolling": 14,
    "canary": 34,
    "upgrade": 26,
    "shrink": 28,
    "rollback": 16,
    "change": 8,
    "destroy": 14,
}


def kill_at(stage: Stage, plan: Plan, entry: int, moment: str) -> bool:
    """Run until the journal is about to get, or just got, its entry of that number; False when there is none."""
    left = [entry]

    def count(_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    setattr(stage.store, moment, count)
    try:
        for _ in run(stage.acting(plan)):
            pass
    except Killed:
        return True
    finally:
        setattr(stage.store, moment, lambda entry: None)
    return False


def end_state(folder: Path, prepare: Prepare, plan: Plan) -> dict[str, object]:
    stage = Stage(folder)
    prepare(stage)
    stage.succeed(plan)
    return stage.summary()


def fresh(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("bundles"))


@pytest.mark.property
@pytest.mark.parametrize("moment", ["before_append", "after_append"])
@pytest.mark.parametrize("case", CASES)
def test_killed_at_any_entry_it_converges(case: str, moment: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    prepare, make = CASES[case]
    expected = end_state(tmp_path_factory.mktemp("whole"), prepare, make())
    for entry in range(ENTRIES[case]):
        stage = fresh(tmp_path_factory)
        prepare(stage)
        assert kill_at(stage, make(), entry, moment), entry
        stage.succeed(make())
        found = stage.summary()
        found["released"] = [said for said, _ in groupby(map(str, found["released"]))]  # type: ignore[call-overload]
        assert found == {**expected, "released": list(map(str, expected["released"]))}, entry  # type: ignore[call-overload]
        assert fold(stage.store.entries()).ending == "applied"  # type: ignore[union-attr]


@pytest.mark.property
@pytest.mark.parametrize("moment", ["before_append", "after_append"])
@pytest.mark.parametrize("case", CASES)
def test_killed_at_any_entry_it_goes_on_by_its_own_plan(
    case: str, moment: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`resume`: what was done is not done again, and the end is that of a run that nothing disturbed."""
    prepare, make = CASES[case]
    expected = end_state(tmp_path_factory.mktemp("whole"), prepare, make())
    for entry in range(1, ENTRIES[case] - (moment == "after_append")):
        stage = fresh(tmp_path_factory)
        prepare(stage)
        assert kill_at(stage, make(), entry, moment), entry
        resumed(stage, make())
        assert {**stage.summary(), "released": 0} == {**expected, "released": 0}, entry


def crashing(stage: Stage) -> None:
    stage.world.faults.crash = True


def hated(stage: Stage) -> None:
    """Whatever green gives to users is an error."""
    targets = stage.cloud.stacks.stacks[SERVICE_STACK].resources["GreenTargets"]
    stage.world.answered[targets.physical_id] = Answered(requests=100, errors=50)


WAYS_BACK = {
    "crash": (crashing, switch_plan),
    "users": (hated, switch_plan),
    "canary": (hated, canary_plan),
    "upgrade": (hated, upgrade_plan),
    "shrink": (hated, shrink_plan),
}


@pytest.mark.property
@pytest.mark.parametrize("moment", ["before_append", "after_append"])
@pytest.mark.parametrize("case", WAYS_BACK)
def test_killed_anywhere_on_the_way_back_the_old_colour_serves_in_the_end(
    case: str, moment: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whoever goes on does so by the run's own plan, or anew; either way the release fails, as it must."""
    spoil, make = WAYS_BACK[case]

    def spoiled() -> Stage:
        stage = fresh(tmp_path_factory)
        released(stage)
        spoil(stage)
        return stage

    for entry in entries_of_the_way_back(spoiled(), make(), moment):
        for way_on in (resumed, Stage.fail):
            stage = spoiled()
            assert kill_at(stage, make(), entry, moment), entry
            with suppress(StepError):
                way_on(stage, make())
            assert (stage.holds("blue"), stage.holds("green")) == (DIGEST, ""), entry
            assert stage.weights() == {"blue": 100, "green": 0}, entry
            assert (stage.machines("blue"), stage.machines("green")) == (2, 0), entry
            assert fold(stage.store.entries()).ending == "failed"  # type: ignore[union-attr]


def entries_of_the_way_back(stage: Stage, plan: Plan, moment: str) -> range:
    """From the entry that a step failed to the run's last, at which it can only be killed beforehand."""
    before = len(stage.store.journal)
    stage.fail(plan)
    kinds = [entry.kind for entry in stage.store.journal[before:]]
    return range(kinds.index("failed"), len(kinds) - (moment == "after_append"))


def resumed(stage: Stage, plan: Plan) -> None:
    state = fold(stage.store.entries())
    assert state is not None
    assert state.cut_off
    done_before = {
        (e.phase, e.index) for e in stage.store.journal if isinstance(e, Done) and e.operation == state.operation
    }
    before = len(stage.store.journal)
    for _ in run(stage.acting(plan), entrance(state, plan)):
        pass
    again = {(e.phase, e.index) for e in stage.store.journal[before:] if isinstance(e, Began) and e.phase == "steps"}
    assert not again & done_before


def test_the_table_of_entries_is_whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    for case, (prepare, make) in CASES.items():
        stage = fresh(tmp_path_factory)
        prepare(stage)
        before = len(stage.store.journal)
        stage.succeed(make())
        assert len(stage.store.journal) - before == ENTRIES[case], case


@pytest.mark.property
@LAWS
@given(kills=st.lists(st.tuples(st.integers(0, 25), st.booleans(), st.integers(0, 6)), max_size=4))
def test_killed_again_and_again_it_converges(
    kills: list[tuple[int, bool, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    stage = fresh(tmp_path_factory)
    for entry, before, pause in kills:
        kill_at(stage, create_plan(), entry, "before_append" if before else "after_append")
        for _ in range(pause):
            stage.cloud.tick()
    stage.succeed(create_plan())
    assert stage.holds("blue") == DIGEST
    assert stage.machines("blue") == 2
    assert stage.world.migrations == 1
    assert stage.world.colours_added == 1


@pytest.mark.property
@LAWS
@given(moment=st.integers(0, 60), case=st.sampled_from(sorted(CASES)))
def test_killed_while_it_waits_it_converges(moment: int, case: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    prepare, make = CASES[case]
    expected = end_state(tmp_path_factory.mktemp("whole"), prepare, make())
    stage = fresh(tmp_path_factory)
    prepare(stage)
    left = [moment]

    def wait(seconds: float) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        stage.cloud.tick()

    patient, stage.clock.wait = stage.clock.wait, wait  # type: ignore[method-assign]
    with suppress(Killed):
        stage.apply(make())
    stage.clock.wait = patient  # type: ignore[method-assign]
    stage.succeed(make())
    assert {**stage.summary(), "released": 0} == {**expected, "released": 0}


def test_every_step_twice_is_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Asked again right after it finished, each kind of step finishes at once and changes nothing."""
    seen = set()
    for prepare, make in CASES.values():
        stage = fresh(tmp_path_factory)
        prepare(stage)
        plan = make()
        for step in (*plan.recovery[-2:-1], *plan.steps):
            acting = stage.acting(plan.model_copy(update={"steps": (step,), "recovery": ()}))
            list(run(acting))
            before = repr(stage.world)
            assert isinstance(handle(step, acting), Finished), step.kind
            assert isinstance(handle(step, stage.acting(plan)), Finished), step.kind
            assert repr(stage.world) == before, step.kind
            seen.add(step.kind)
    assert seen == {kind.model_fields["kind"].default for kind in get_args(get_args(Step)[0])}


@pytest.mark.property
@LAWS
@given(kills=st.lists(st.tuples(st.integers(0, 19), st.booleans()), max_size=3), crash=st.booleans())
def test_users_always_have_a_healthy_colour(
    kills: list[tuple[int, bool]], crash: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stage = fresh(tmp_path_factory)
    released(stage)
    tick, served = stage.cloud.tick, []

    def watched() -> None:
        tick()
        weights = stage.weights()
        served.append(any(weight and stage.machines(colour) for colour, weight in weights.items()))  # type: ignore[arg-type]

    stage.clock._on_wait = watched
    stage.world.faults.crash = crash
    for entry, before in kills:
        with suppress(StepError) if crash else nullcontext():
            kill_at(stage, switch_plan(), entry, "before_append" if before else "after_append")
    stage.apply(switch_plan())
    assert all(served)
    assert (stage.error is not None) == crash


@pytest.mark.property
@LAWS
@given(fault=st.sampled_from(["Database", "Logs", "builder", "crash", "unhealthy", "probe"]), entry=st.integers(0, 25))
def test_destroy_removes_whatever_a_failed_create_left(
    fault: str, entry: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stage = fresh(tmp_path_factory)
    faults = stage.world.faults
    if fault in ("Database", "Logs"):
        faults.resources[fault] = "no"
    elif fault == "builder":
        faults.builder = "build"
    elif fault == "probe":
        stage.probe.answers = [500]
    else:
        setattr(faults, fault, True)
    with suppress(StepError):
        kill_at(stage, create_plan(), entry, "after_append")
    stage.succeed(destroy_plan())
    assert stage.cloud.stacks.stacks == {}
    assert stage.cloud.inventory.owned("shop:local") == ()
    assert stage.world.buckets == {}
