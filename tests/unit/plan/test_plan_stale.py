"""A reviewed plan runs only while it is what would be planned now; what moved is named."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from golden.plan import scene

from hivemind.errors import RefusedError
from hivemind.model.live import Live
from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan.desired import Desired
from hivemind.plan.planner import plan
from hivemind.plan.seal import open_plan, seal, to_json
from hivemind.plan.stale import moved, require_fresh, require_reviewed, reviewed

World = tuple[Desired, Live]
STAGING = EnvironmentSpec(name="staging")
TIMES = range(1, 21)


def world(release: str = scene.SECOND) -> World:
    return scene.desired(STAGING, scene.release(release)), scene.live("staging")


def planned(at: World) -> Plan:
    desired, live = at
    return plan(desired, live, {}, ())


def commit(at: World, number: int) -> World:
    desired, live = at
    assert desired.release
    return desired.model_copy(update={"release": desired.release.model_copy(update={"commit": f"{number:040x}"})}), live


def bundle(at: World, number: int) -> World:
    desired, live = at
    assert desired.release
    return desired.model_copy(update={"release": desired.release.model_copy(update={"digest": f"{number:064x}"})}), live


def spec(at: World, number: int) -> World:
    desired, live = at
    environment = desired.environment.model_copy(update={"instances": 100 + number})
    return desired.model_copy(update={"environment": environment}), live


def lock(at: World, number: int) -> World:
    desired, live = at
    (service, *others) = desired.findings.services
    services = (service.model_copy(update={"start": f"gunicorn --workers {number} app:app"}), *others)
    return desired.model_copy(update={"findings": desired.findings.model_copy(update={"services": services})}), live


def template(at: World, number: int) -> World:
    body = scene.body("web").replace("RetentionInDays: 30", f"RetentionInDays: {100 + number}")
    desired, live = at
    return scene.desired(STAGING, desired.release, web=body), live


def image(at: World, number: int) -> World:
    desired, live = at
    return desired, live.model_copy(update={"image": f"ami-{number:017x}"})


def cloud(at: World, number: int) -> World:
    desired, live = at
    assert live.foundation
    resources = tuple(
        r.model_copy(update={"physical_id": f"{r.physical_id}-{number}"}) for r in live.foundation.resources
    )
    assert resources
    return desired, live.model_copy(update={"foundation": live.foundation.model_copy(update={"resources": resources})})


KINDS: dict[str, Callable[[World, int], World]] = {
    "the commit": commit,
    "the application's files (bundle)": bundle,
    "the spec (hivemind.yaml)": spec,
    "what is known of the application (hivemind.lock)": lock,
    "the templates": template,
    "the image (AMI)": image,
    "the cloud": cloud,
}


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_moves_is_named_and_nothing_is_applied(kind: str) -> None:
    reviewed = open_plan(to_json(planned(world())))
    for number in TIMES:
        fresh = planned(KINDS[kind](world(), number))
        assert kind in moved(reviewed, fresh), number
        with pytest.raises(RefusedError, match="moved: ") as caught:
            require_fresh(reviewed, fresh)
        assert caught.value.exit_code == 4


def test_another_judge_is_named() -> None:
    reviewed, fresh = planned(world()), planned(world())
    other = seal(fresh.model_copy(update={"rules": "hivemind 9, rules 0123"}))
    assert moved(reviewed, other) == ("Sheriff's rules",)


def test_what_has_no_cause_of_its_own_is_refused_all_the_same() -> None:
    reviewed = planned(world())
    assert moved(reviewed, seal(reviewed.model_copy(update={"steps": reviewed.steps[:-1]}))) == ("what it does",)


def test_nothing_moved_is_fresh_and_a_quicker_run_meanwhile_moves_nothing() -> None:
    reviewed = planned(world())
    quicker = reviewed.forecast.model_copy(update={"seconds": reviewed.forecast.seconds // 2})
    require_fresh(reviewed, seal(reviewed.model_copy(update={"forecast": quicker})))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "the commit"])
def test_a_merge_is_held_to_what_was_shown_and_told_what_moved(kind: str) -> None:
    shown = reviewed(planned(world()))
    for number in TIMES:
        with pytest.raises(RefusedError, match=re.escape(kind)):
            require_reviewed(shown, planned(KINDS[kind](world(), number)))


def test_a_merge_makes_another_commit_of_the_same_files_and_that_moves_nothing() -> None:
    require_reviewed(reviewed(planned(world())), planned(commit(world(), 7)))


def test_what_nobody_was_shown_is_not_applied() -> None:
    with pytest.raises(RefusedError, match="nobody was shown"):
        require_reviewed(None, planned(world()))


def test_a_merge_that_would_do_something_else_from_the_same_causes_is_refused() -> None:
    made = planned(world())
    with pytest.raises(RefusedError, match="what it does"):
        require_reviewed(reviewed(made), made.model_copy(update={"steps": made.steps[:-1]}))
