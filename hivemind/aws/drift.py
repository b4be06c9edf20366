"""Drift as CloudFormation finds it: begun, waited for, and put into our words.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/detect-drift-stack.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hivemind.model.drift import PropertyDrift, ResourceDrift

LOOK_EVERY, LOOKS = 2, 150
"""Seconds between looks, and how many: five minutes, for stacks of hundreds of resources."""
_WAITER = {
    "version": 2,
    "waiters": {
        "DriftDetected": {
            "operation": "DescribeStackDriftDetectionStatus",
            "delay": LOOK_EVERY,
            "maxAttempts": LOOKS,
            "acceptors": [
                # FAILED: some resource could not be compared; what was found of the others is told all the same.
                {"matcher": "path", "argument": "DetectionStatus", "expected": status, "state": "success"}
                for status in ("DETECTION_COMPLETE", "DETECTION_FAILED")
            ],
        }
    },
}
_STATES = {"MODIFIED": "changed", "DELETED": "gone"}


def detected(client: Any, stack: str) -> tuple[ResourceDrift, ...]:
    """Everything in a stack that has drifted, compared anew."""
    from botocore.exceptions import WaiterError
    from botocore.waiter import WaiterModel, create_waiter_with_client

    begun = client.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    waiter = create_waiter_with_client("DriftDetected", WaiterModel(_WAITER), client)
    with suppress(WaiterError):
        waiter.wait(StackDriftDetectionId=begun)
    return tuple(_resource(stack, found) for found in _drifted(client, stack))


def _drifted(client: Any, stack: str) -> Iterator[Any]:
    request: dict[str, Any] = {"StackName": stack, "StackResourceDriftStatusFilters": list(_STATES)}
    while True:
        page = client.describe_stack_resource_drifts(**request)
        yield from page["StackResourceDrifts"]
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def _resource(stack: str, found: Any) -> ResourceDrift:
    return ResourceDrift.model_validate(
        {
            "stack": stack,
            "logical_id": found["LogicalResourceId"],
            "type": found["ResourceType"],
            "physical_id": found.get("PhysicalResourceId") or "",
            "state": _STATES[found["StackResourceDriftStatus"]],
            "properties": tuple(map(_property, found.get("PropertyDifferences") or ())),
        }
    )


def _property(found: Any) -> PropertyDrift:
    """`null` is how CloudFormation writes what is not there."""
    values = {"said": found.get("ExpectedValue"), "found": found.get("ActualValue")}
    told = {name: None if value in ("", "null", None) else str(value) for name, value in values.items()}
    return PropertyDrift(path=found["PropertyPath"].removeprefix("/"), **told)
