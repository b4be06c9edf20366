"""Actions on drift."""

from __future__ import annotations

import json
from typing import Any

from hivemind.emulator.cloudformation.actions.request import Answer, Request, page
from hivemind.emulator.cloudformation.drift.detection import detect, detect_one
from hivemind.emulator.cloudformation.drifted import ResourceDrift
from hivemind.emulator.cloudformation.records import Stack
from hivemind.emulator.cloudformation.refusal import Refusal

_MOST = 100


def detect_stack_drift(request: Request) -> Answer:
    """DetectStackDrift; it is over when the call returns."""
    return {"StackDriftDetectionId": detect(request.region, request.stack(), request.get("LogicalResourceIds", ())).id}


def detect_stack_resource_drift(request: Request) -> Answer:
    """DetectStackResourceDrift."""
    stack = request.stack()
    return {"StackResourceDrift": _shown(stack, detect_one(request.region, stack, request["LogicalResourceId"]))}


def describe_stack_drift_detection_status(request: Request) -> Answer:
    """DescribeStackDriftDetectionStatus."""
    identity = request["StackDriftDetectionId"]
    for stack in request.engine.stacks.stacks.values():
        for found in stack.detections:
            if found.id == identity:
                return {
                    "StackId": stack.id,
                    "StackDriftDetectionId": found.id,
                    "StackDriftStatus": found.stack_status,
                    "DetectionStatus": found.status,
                    "DetectionStatusReason": found.reason,
                    "DriftedStackResourceCount": found.drifted,
                    "Timestamp": found.at,
                }
    raise Refusal(f"Drift detection {identity} does not exist", hint="begin one with DetectStackDrift")


def describe_stack_resource_drifts(request: Request) -> Answer:
    """DescribeStackResourceDrifts: of what was compared, so never of a type that cannot be."""
    stack, wanted = request.stack(), request.get("StackResourceDriftStatusFilters") or ()
    found = [each for each in stack.drifts.values() if each.status != "NOT_CHECKED"]
    chosen = [_shown(stack, each) for each in found if not wanted or each.status in wanted]
    drifts, following = page(chosen, int(request.get("MaxResults", _MOST)), request.get("NextToken"))
    return {"StackResourceDrifts": drifts, **following}


def _shown(stack: Stack, drift: ResourceDrift) -> dict[str, Any]:
    there = drift.status in ("IN_SYNC", "MODIFIED")
    values = {
        "ExpectedProperties": json.dumps(drift.expected),
        "ActualProperties": json.dumps(drift.observed, default=str),
    }
    return {
        "StackId": stack.id,
        "LogicalResourceId": drift.logical_id,
        "PhysicalResourceId": drift.physical_id,
        "ResourceType": drift.type,
        "StackResourceDriftStatus": drift.status,
        "Timestamp": drift.at,
        "DriftStatusReason": drift.reason,
        **(values if there else {}),
        "PropertyDifferences": [
            {
                "PropertyPath": each.path,
                "ExpectedValue": each.expected,
                "ActualValue": each.actual,
                "DifferenceType": each.kind,
            }
            for each in drift.differences
        ],
    }
