"""The failure table: stacks that go wrong on a real local cloud as they go wrong on AWS, and leave nothing behind.

Every case says the template, what somebody else did through the API meanwhile, the stack's statuses in order, the
resource that fails and a part of the reason. The runner (`failures/stage.py`) adds what holds for all of them: after
a rollback the whole account is as it was before, value for value; after the last delete nothing is left in any
service, and no process. Nothing in the local cloud is patched to make a case fail.

The statuses and words follow, under https://docs.aws.amazon.com/AWSCloudFormation/latest/:
- UserGuide/view-stack-events.html, "Stack status codes", and UserGuide/stack-failure-options.html
- UserGuide/troubleshooting.html: delete fails, dependency error, update rollback failed, wait condition
- UserGuide/using-cfn-updating-stacks-continueupdaterollback.html, APIReference/API_ContinueUpdateRollback.html
- APIReference/API_RollbackStack.html, API_CreateStack.html (OnFailure), API_DeleteStack.html (RetainResources)
- TemplateReference/aws-attribute-{creationpolicy,deletionpolicy,updatereplacepolicy}.html
- UserGuide/using-cfn-stack-exports.html, UserGuide/cloudformation-limits.html
and for the words of each service its API reference, section Errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scenario.emulator_cloud import Cloud, running
from tests.scenario.failures import (
    databases,
    identity,
    machines,
    names,
    network,
    refusals,
    rollbacks,
    signals,
    traffic,
)
from tests.scenario.failures.acts import Case
from tests.scenario.failures.stage import Stage

pytestmark = pytest.mark.slow

CASES = (
    *network.CASES,
    *machines.CASES,
    *signals.CASES,
    *traffic.CASES,
    *databases.CASES,
    *identity.CASES,
    *names.CASES,
    *rollbacks.CASES,
    *refusals.CASES,
)
SHORT = "subnet-overlapping"
"""The one that CI plays; `make proof` plays them all."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One local cloud for the whole table: what a case left behind would spoil the next."""
    with running(Path(tmp_path_factory.mktemp("failures")) / "home") as cloud:
        yield cloud


@pytest.fixture(scope="module")
def clients() -> dict[str, Any]:
    """Clients are made once; that takes longer than a case."""
    return {}


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.id, marks=[] if case.id == SHORT else [pytest.mark.proof]) for case in CASES],
)
def test_a_failure_ends_as_on_aws(cloud: Cloud, clients: dict[str, Any], case: Case) -> None:
    Stage(cloud, clients).play(case)


def test_the_table_has_no_case_twice() -> None:
    ids = [case.id for case in CASES]
    assert len(set(ids)) == len(ids) >= 40
