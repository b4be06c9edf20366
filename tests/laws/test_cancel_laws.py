"""Laws of stopping: whenever a run is asked, killed or not, users keep a colour and one release alone is left."""

from __future__ import annotations

from contextlib import suppress

import pytest
from fakes.plans import DIGEST, NEXT_DIGEST, switch_plan
from fakes.stage import Stage
from hypothesis import given
from hypothesis import strategies as st
from laws.test_apply_laws import ENTRIES, LAWS, fresh, kill_at, released

from hivemind.apply.entrance import entrance
from hivemind.apply.executor import run
from hivemind.apply.journal import fold
from hivemind.apply.wayback import is_closed
from hivemind.errors import StepError
from hivemind.model.run import Entry


def asked_at(stage: Stage, number: int) -> None:
    """Somebody asks the run to stop right after the journal has got its entry of that number."""
    left = [number]

    def ask(entry: Entry) -> None:
        left[0] -= 1
        if left[0] == -1:
            stage.store.ask_to_stop(entry.operation, "bob@host")

    stage.store.after_append = ask


def watched(stage: Stage) -> list[bool]:
    tick, served = stage.cloud.tick, []

    def look() -> None:
        tick()
        served.append(any(w and stage.machines(c) for c, w in stage.weights().items()))  # type: ignore[arg-type]

    stage.clock._on_wait = look
    return served


def alone(stage: Stage) -> str:
    """The release that serves with nothing beside it."""
    held = {c: stage.holds(c) for c in ("blue", "green")}  # type: ignore[arg-type]
    (colour,) = (c for c, digest in held.items() if digest)
    other = "green" if colour == "blue" else "blue"
    assert stage.weights() == {colour: 100, other: 0}
    assert (stage.machines(colour), stage.machines(other)) == (2, 0)  # type: ignore[arg-type]
    return held[colour]


@pytest.mark.property
@LAWS
@given(number=st.integers(0, ENTRIES["switch"] - 1), crash=st.booleans())
def test_asked_at_any_moment_one_release_alone_is_left_and_users_never_miss_it(
    number: int, crash: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stage = fresh(tmp_path_factory)
    released(stage)
    served = watched(stage)
    stage.world.faults.crash = crash
    asked_at(stage, number)
    stage.apply(switch_plan())
    assert all(served)
    assert alone(stage) == (DIGEST if stage.error else NEXT_DIGEST)
    assert stage.error or not crash
    state = fold(stage.store.entries())
    assert state
    assert not state.cut_off


@pytest.mark.property
@LAWS
@given(
    number=st.integers(1, ENTRIES["switch"] - 1),
    moment=st.sampled_from(["before_append", "after_append"]),
    again=st.integers(0, 12),
)
def test_killed_at_any_moment_and_killed_on_the_way_back_it_leads_back_while_that_is_open(
    number: int, moment: str, again: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stage = fresh(tmp_path_factory)
    released(stage)
    served = watched(stage)
    plan = switch_plan()
    kill_at(stage, plan, number, moment)
    for entries in (again, None):
        state = fold(stage.store.entries())
        assert state
        at = entrance(state, plan)
        if not state.cut_off or (at.phase == "steps" and is_closed(plan, at.begun(at.first))):
            return
        acting = stage.acting(plan)
        stage.store.ask_to_stop(acting.operation, "bob@host")
        with suppress(StepError):
            for count, _ in enumerate(run(acting, at)):
                if count == entries:
                    break
    assert all(served)
    assert alone(stage) == DIGEST
