"""CancelUpdateStack, and what a client's token means. A resource that waits is a group that a test holds back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources.tracing import TracingGroup

BEFORE = "Resources: {A: {Type: 'AWS::XRay::Group', Properties: {GroupName: a, FilterExpression: one}}}"
AFTER = """
Resources:
  A: {Type: 'AWS::XRay::Group', Properties: {GroupName: a, FilterExpression: two}}
  B: {Type: 'AWS::XRay::Group', DependsOn: A, Properties: {GroupName: b}}
"""


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No group is ready while the event is unset."""
    released = threading.Event()
    released.set()
    monkeypatch.setattr(TracingGroup, "ready", lambda self, cloud, physical_id: released.is_set())
    yield released
    released.set()


def updating(api: Any, held: threading.Event, **options: Any) -> Any:
    """The stack `s` while `A` is being updated."""
    api("CreateStack", StackName="s", TemplateBody=BEFORE)
    api.settled("s", "CREATE_COMPLETE")
    held.clear()
    api("UpdateStack", StackName="s", TemplateBody=AFTER, **options)
    return api.stack("s")


@pytest.mark.parametrize("options", [{}, {"DisableRollback": True}])
def test_a_cancelled_update_goes_all_the_way_back(api: Any, held: threading.Event, options: dict[str, Any]) -> None:
    stack = updating(api, held, **options)
    api.until(lambda: "A UPDATE_IN_PROGRESS" in api.story("s"))
    assert api("CancelUpdateStack", StackName="s", ClientRequestToken="stop") is None
    cancelling = stack.events[-1]
    held.set()
    api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    reasons = {(event.logical_id, event.status): event.reason for event in stack.events}
    assert reasons["s", "UPDATE_ROLLBACK_IN_PROGRESS"] == "User Initiated"
    assert api.engine.stacks.tracing.keys() == {"arn:aws:xray:us-east-1:123456789012:group/a"}
    [live] = api.engine.stacks.tracing.values()
    assert live["FilterExpression"] == "one"
    assert sorted(stack.resources) == ["A"]
    assert cancelling.token == "stop"


def test_what_is_being_updated_is_given_up_and_what_waits_is_not_begun(api: Any, held: threading.Event) -> None:
    stack = updating(api, held)
    api.until(lambda: "A UPDATE_IN_PROGRESS" in api.story("s"))
    api("CancelUpdateStack", StackName="s")
    api.until(lambda: "A UPDATE_FAILED" in api.story("s"))
    held.set()
    api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    [failed] = [event.reason for event in stack.events if event.status == "UPDATE_FAILED"]
    assert failed == "Resource update cancelled"
    assert not [event for event in stack.events if event.logical_id == "B"]


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_only_an_update_that_runs_can_be_cancelled(api: Any, held: threading.Event, status: str) -> None:
    if status == "CREATE_COMPLETE":
        api("CreateStack", StackName="s", TemplateBody=BEFORE)
        api.settled("s", status)
    else:
        updating(api, held)
        api("CancelUpdateStack", StackName="s", ClientRequestToken="first")
    with pytest.raises(Refusal, match="CancelUpdateStack cannot be called from current stack status"):
        api("CancelUpdateStack", StackName="s", ClientRequestToken="second")


def test_a_token_makes_a_retry_harmless_and_cannot_be_used_for_something_else(api: Any, held: threading.Event) -> None:
    first = api("CreateStack", StackName="s", TemplateBody=BEFORE, ClientRequestToken="create")
    assert api("CreateStack", StackName="s", TemplateBody=BEFORE, ClientRequestToken="create") == first
    api.settled("s", "CREATE_COMPLETE")
    held.clear()
    begun = api("UpdateStack", StackName="s", TemplateBody=AFTER, ClientRequestToken="update")
    assert api("UpdateStack", StackName="s", TemplateBody=AFTER, ClientRequestToken="update") == begun
    with pytest.raises(Refusal) as refused:
        api("CancelUpdateStack", StackName="s", ClientRequestToken="update")
    assert refused.value.code == "TokenAlreadyExistsException"
    assert api.stack("s").status == "UPDATE_IN_PROGRESS"
    for _ in range(2):
        api("CancelUpdateStack", StackName="s", ClientRequestToken="cancel")
    held.set()
    api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
