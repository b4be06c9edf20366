"""CloudFormation through change sets: what runs is always what a change set showed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from hivemind.aws import change_sets
from hivemind.aws.drift import detected
from hivemind.aws.failures import cloud_errors, code_of
from hivemind.aws.session import Session
from hivemind.errors import CloudError, RefusedError
from hivemind.model.change import ResourceChange
from hivemind.model.drift import ResourceDrift
from hivemind.model.live import LiveResource, LiveStack
from hivemind.model.names import TEST_TOKEN
from hivemind.model.run import StackEvent
from hivemind.model.template import StackInput
from hivemind.ports import Submitted

PREVIEW = "hivemind-preview"
"""How the names of previews begin. Each has its own, or one person's plan would show another's change; what a killed
one leaves goes with the next update, which takes every change set of its stack away.
Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-execute.html
"""


class AwsStacks:
    """The Stacks port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, name: str) -> LiveStack | None:
        """The stack with body, parameters, outputs and resources; a shell under review has only its status."""
        with cloud_errors(f"stack {name}"):
            found = self._describe(name)
            if found is None:
                return None
            empty = found["StackStatus"] == "REVIEW_IN_PROGRESS"
            return LiveStack(
                name=found["StackName"],
                stack_id=found["StackId"],
                status=found["StackStatus"],
                reason=found.get("StackStatusReason") or "",
                body="" if empty else self._body(found["StackId"]),
                parameters={p["ParameterKey"]: p.get("ParameterValue", "") for p in found.get("Parameters", ())},
                outputs={o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", ())},
                resources=() if empty else tuple(self._resources(found["StackId"])),
                protected=bool(found.get("EnableTerminationProtection")),
            )

    def events(self, name: str, seen: frozenset[str]) -> tuple[StackEvent, ...]:
        """The events not in `seen`, oldest first; AWS tells the newest first, so paging ends at the first seen."""
        fresh: list[StackEvent] = []
        with cloud_errors(f"stack {name}"):
            for event in self._newest_first(name):
                if event["EventId"] in seen:
                    break
                fresh.append(_event(event))
        return tuple(reversed(fresh))

    def preview(self, wanted: StackInput) -> tuple[ResourceChange, ...]:
        """What an update would change; the change set is deleted whatever comes of it.

        Raises RefusedError when another's update took it away meanwhile: what it showed is not so any more.
        """
        name = f"{PREVIEW}-{uuid4().hex}"
        with cloud_errors(f"stack {wanted.name}", _secrets(wanted)):
            try:
                self._begin_preview(wanted, name)
                found = change_sets.awaited(self._client, wanted.name, name)
                match change_sets.state(found):
                    case "available" | "empty":
                        return change_sets.changes(wanted.name, found)
                    case "absent" | "spent":
                        raise _overtaken(wanted.name)
                    case _:
                        raise _invalid(wanted.name, change_sets.failure(self._client, wanted.name, name, found))
            finally:
                change_sets.delete(self._client, wanted.name, name)

    def drift(self, name: str) -> tuple[ResourceDrift, ...]:
        """What is not as the stack's template says, compared now."""
        with cloud_errors(f"stack {name}"):
            return detected(self._client, name)

    def _begin_preview(self, wanted: StackInput, name: str) -> None:
        """CloudFormation begins none while an update is at work; that began after the stack was looked at."""
        from botocore.exceptions import ClientError

        try:
            change_sets.create(self._client, wanted, name, "UPDATE")
        except ClientError as error:
            if code_of(error) == "ValidationError" and "_IN_PROGRESS state" in str(error):
                raise _overtaken(wanted.name) from None
            raise

    def submit(self, wanted: StackInput, *, token: str, keep_failed: bool) -> Submitted:
        """One step towards executing the change set `token`; AWS forgets its name once it is executed."""
        with cloud_errors(f"stack {wanted.name}", _secrets(wanted)):
            found = change_sets.find(self._client, wanted.name, token)
            match change_sets.state(found):
                case "absent":
                    change_sets.create(self._client, wanted, token, self._kind(wanted.name))
                    return "preparing"
                case "preparing":
                    return "preparing"
                case "executing":
                    return "started"
                case "spent":
                    change_sets.delete(self._client, wanted.name, token)
                    return "preparing"
                case "empty":
                    change_sets.delete(self._client, wanted.name, token)
                    return "unchanged"
                case "failed":
                    reason = change_sets.failure(self._client, wanted.name, token, found)
                    change_sets.delete(self._client, wanted.name, token)
                    raise _invalid(wanted.name, reason)
                case "available":
                    self._execute(wanted.name, token, keep_failed)
                    return "started"

    def roll_back(self, name: str) -> None:
        """Return a stack that failed with `keep_failed` to its last good state."""
        with cloud_errors(f"stack {name}"):
            self._client.rollback_stack(StackName=name)

    def delete(self, name: str, token: str = "") -> None:
        """Begin to delete a stack; no error when it is not there."""
        with cloud_errors(f"stack {name}"):
            self._client.delete_stack(StackName=name, **({"ClientRequestToken": token} if token else {}))

    def protect(self, name: str, on: bool) -> None:
        """Switch termination protection."""
        with cloud_errors(f"stack {name}"):
            self._client.update_termination_protection(StackName=name, EnableTerminationProtection=on)

    @property
    def _client(self) -> Any:
        return self._session.client("cloudformation")

    def _describe(self, name: str) -> Any:
        from botocore.exceptions import ClientError

        try:
            return self._client.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if _is_absence(error):
                return None
            raise

    def _newest_first(self, name: str) -> Iterator[Any]:
        from botocore.exceptions import ClientError

        try:
            for page in self._client.get_paginator("describe_stack_events").paginate(StackName=name):
                yield from page["StackEvents"]
        except ClientError as error:
            if not _is_absence(error):
                raise

    def _kind(self, name: str) -> str:
        found = self._describe(name)
        return "CREATE" if found is None or found["StackStatus"] == "REVIEW_IN_PROGRESS" else "UPDATE"

    def _body(self, stack_id: str) -> str:
        """As submitted; boto3 parses a JSON template, and leaves YAML as text."""
        body = self._client.get_template(StackName=stack_id, TemplateStage="Original")["TemplateBody"]
        return body if isinstance(body, str) else json.dumps(body)

    def _resources(self, stack_id: str) -> Iterator[LiveResource]:
        for page in self._client.get_paginator("list_stack_resources").paginate(StackName=stack_id):
            for found in page["StackResourceSummaries"]:
                if found["ResourceStatus"] != "DELETE_COMPLETE":
                    yield LiveResource(
                        logical_id=found["LogicalResourceId"],
                        type=found["ResourceType"],
                        physical_id=found.get("PhysicalResourceId") or "",
                        status=found["ResourceStatus"],
                    )

    def _execute(self, name: str, token: str, keep_failed: bool) -> None:
        self._client.execute_change_set(
            StackName=name, ChangeSetName=token, ClientRequestToken=token, DisableRollback=keep_failed
        )


def _event(found: Any) -> StackEvent:
    return StackEvent(
        id=found["EventId"],
        stack=found["StackName"],
        logical_id=found["LogicalResourceId"],
        type=found["ResourceType"],
        status=found["ResourceStatus"],
        reason=found.get("ResourceStatusReason") or "",
        at=found["Timestamp"].isoformat(timespec="milliseconds"),
        token=found.get("ClientRequestToken") or "",
    )


def _is_absence(error: Any) -> bool:
    """CloudFormation says ValidationError for a stack that is not there, as for much else."""
    return code_of(error) == "ValidationError" and "does not exist" in str(error)


def _secrets(wanted: StackInput) -> tuple[str | None, ...]:
    return (wanted.parameters.get(TEST_TOKEN),)


def _overtaken(name: str) -> RefusedError:
    return RefusedError(
        "somebody else changed this stack while it was planned",
        hint="Plan again when their run has ended: hivemind status.",
        where=f"stack {name}",
    )


def _invalid(name: str, reason: str) -> CloudError:
    return CloudError(
        f"CloudFormation does not accept the change: {reason}",
        hint="Nothing was changed. Fix what it names and run `hivemind plan` again.",
        where=f"stack {name}",
        code="ChangeSetFailed",
    )
