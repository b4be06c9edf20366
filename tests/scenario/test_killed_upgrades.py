"""Growing up and going away, killed at each of their steps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from scenario.killed import Deployment, Transition, converges, goes_on, production

pytestmark = [pytest.mark.slow, pytest.mark.proof]


def test_an_upgrade_killed_at_any_step_converges_and_no_user_notices(
    deployment: Deployment, record_property: Callable[[str, object], None]
) -> None:
    record_property("proved", f"upgrade: {converges(deployment, Transition(production, instances=2))}")


def test_a_destroy_killed_at_any_step_goes_on_or_is_made_good(
    deployment: Deployment, record_property: Callable[[str, object], None]
) -> None:
    for number in count(1):
        deployment.run("apply", "--yes")
        total = deployment.killed(number, "destroy")
        goes_on(deployment, number)
        if number % 2:
            assert deployment.hivemind.processes() == []
        else:
            deployment.settled(1)
        if number == total:
            break
    record_property("proved", f"destroy: {total} of {total} kills converged")
