"""What is no update: a first deployment, an upgrade, and whatever changes more than the release."""

from __future__ import annotations

import pytest
from golden.plan import scene

from hivemind.cli.update import require_release_alone
from hivemind.errors import RefusedError
from hivemind.model.live import Live
from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan.planner import plan

STAGING = EnvironmentSpec(name="staging")


def planned(old: str = "", new: str = "", digest: str = scene.SECOND, live: Live | None = None) -> Plan:
    foundation = scene.body("foundation").replace(old, new) if old else scene.body("foundation")
    stands = live if live is not None else scene.live("staging")
    return plan(scene.desired(STAGING, scene.release(digest), foundation=foundation), stands, {}, ())


def test_another_release_of_what_stands_is_one() -> None:
    made = planned()
    assert made.transition == "blue_green"
    require_release_alone(made)


def test_the_same_release_is_nothing_to_refuse() -> None:
    made = planned(digest=scene.FIRST)
    assert made.transition == "none"
    require_release_alone(made)


def test_what_changes_the_foundation_is_for_apply() -> None:
    with pytest.raises(
        RefusedError, match="more than the release would change: guestbook-staging-foundation"
    ) as caught:
        require_release_alone(planned("db.t4g.micro", "db.t4g.small"))
    assert "hivemind apply" in caught.value.hint


def test_what_changes_in_place_is_for_apply() -> None:
    with pytest.raises(RefusedError, match="more than the release"):
        require_release_alone(planned("Period: 300", "Period: 60", digest=scene.FIRST))


@pytest.mark.parametrize(("transition", "verb"), [("create", "apply"), ("upgrade", "upgrade")])
def test_what_does_not_stand_or_grows_has_a_verb_of_its_own(transition: str, verb: str) -> None:
    made = planned().model_copy(update={"transition": transition})
    with pytest.raises(RefusedError, match="no update") as caught:
        require_release_alone(made)
    assert f"hivemind {verb}" in caught.value.hint
