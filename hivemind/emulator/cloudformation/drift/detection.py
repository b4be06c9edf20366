"""Reads a stack's resources and compares them with its template."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor

from hivemind.emulator.cloudformation.cloud import missing
from hivemind.emulator.cloudformation.drift.comparison import compared
from hivemind.emulator.cloudformation.drift.readers import READERS, Siblings, Subject
from hivemind.emulator.cloudformation.drifted import Detection, ResourceDrift, stack_status
from hivemind.emulator.cloudformation.records import Resource, Stack
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.region import Region

_ABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED")
_AT_ONCE = 8


def detect(region: Region, stack: Stack, logical_ids: Collection[str] = ()) -> Detection:
    """Compares a stack's resources, or the named ones, and remembers what was found.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html
    """
    check_able(stack)
    for name in logical_ids:
        resource_of(stack, name)
    found = inspected(region, stack, logical_ids)
    broken = [each for each in found.values() if each.status == "UNKNOWN"]
    failed = f"Failed to detect drift on resource [{broken[0].logical_id}]" if broken else None
    with region.stacks.lock:
        stack.drifts |= found
        detection = Detection(
            id=str(uuid.uuid4()),
            status="DETECTION_FAILED" if broken else "DETECTION_COMPLETE",
            stack_status=stack_status(stack.drifts),
            drifted=sum(each.status in ("MODIFIED", "DELETED") for each in stack.drifts.values()),
            reason=failed,
        )
        stack.detections.append(detection)
    region.stacks.changed()
    return detection


def detect_one(region: Region, stack: Stack, logical_id: str) -> ResourceDrift:
    """Compares one resource; raises Refusal when its type cannot be read."""
    check_able(stack)
    resource = resource_of(stack, logical_id)
    if resource.type not in READERS:
        raise Refusal(f"Resource type {resource.type} does not support drift detection")
    [drift] = inspected(region, stack, (logical_id,)).values()
    with region.stacks.lock:
        stack.drifts[logical_id] = drift
    region.stacks.changed()
    return drift


def check_able(stack: Stack) -> None:
    """Refuses to compare a stack that is busy, broken or not there yet."""
    if stack.status not in _ABLE:
        raise Refusal(f"Stack:{stack.id} is in {stack.status} state and drift detection can not be performed on it.")


def resource_of(stack: Stack, logical_id: str) -> Resource:
    """A resource of the stack by its name in the template."""
    if logical_id not in stack.resources:
        raise Refusal(f"Resource {logical_id} does not exist for stack {stack.name}")
    return stack.resources[logical_id]


def inspected(region: Region, stack: Stack, logical_ids: Collection[str] = ()) -> Mapping[str, ResourceDrift]:
    """Every resource of a stack, or the named ones, compared; nothing is remembered."""
    with region.stacks.lock:
        present = list(stack.resources.values())
    siblings = tuple((each.type, region.reachable(stack, each.definition)) for each in present)
    wanted = [each for each in present if each.physical_id and (not logical_ids or each.logical_id in logical_ids)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda each: _inspect(region, stack, each, siblings), wanted)
        return {each.logical_id: each for each in found}


def _inspect(region: Region, stack: Stack, resource: Resource, siblings: Siblings) -> ResourceDrift:
    identity = (resource.logical_id, resource.physical_id, resource.type)
    reader = READERS.get(resource.type)
    if reader is None:
        return ResourceDrift(*identity, "NOT_CHECKED")
    wanted = region.reachable(stack, resource.definition)
    try:
        actual = reader.read(Subject(region.cloud, resource.physical_id, wanted, siblings))
    except Refusal as error:
        if missing(error):
            return ResourceDrift(*identity, "DELETED")
        return ResourceDrift(*identity, "UNKNOWN", reason=error.message)
    expected = {name: value for name, value in resource.definition.properties.items() if name in reader.reads}
    observed, differences = compared(expected, actual)
    status = "MODIFIED" if differences else "IN_SYNC"
    return ResourceDrift(*identity, status, expected, observed, tuple(differences))
