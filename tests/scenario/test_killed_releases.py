"""Releases and the way back, killed at each of their steps while people use the application."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scenario.killed import Deployment, Transition, converges, next_canary, next_release, the_other_of_two

pytestmark = [pytest.mark.slow, pytest.mark.proof]
TRANSITIONS = {
    "blue-green": Transition(next_release),
    "canary": Transition(next_canary),
    "rollback": Transition(the_other_of_two, verb="rollback"),
}


@pytest.mark.parametrize("name", TRANSITIONS)
def test_killed_at_any_step_it_converges_and_no_user_notices(
    deployment: Deployment, name: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("proved", f"{name}: {converges(deployment, TRANSITIONS[name])}")
