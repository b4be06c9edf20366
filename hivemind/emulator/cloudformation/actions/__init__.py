"""The API, one function per action: a request in, the answer's members out; and the table of those that exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hivemind.emulator.cloudformation.actions import change_sets, drift, events, reading, stacks
from hivemind.emulator.cloudformation.actions.request import Answer, Request

__all__ = ["ACTIONS", "Answer", "Request"]

ACTIONS: Mapping[str, Callable[[Request], Answer]] = {
    "CancelUpdateStack": stacks.cancel_update_stack,
    "ContinueUpdateRollback": stacks.continue_update_rollback,
    "CreateChangeSet": change_sets.create_change_set,
    "CreateStack": stacks.create_stack,
    "DeleteChangeSet": change_sets.delete_change_set,
    "DeleteStack": stacks.delete_stack,
    "DescribeChangeSet": change_sets.describe_change_set,
    "DescribeStackDriftDetectionStatus": drift.describe_stack_drift_detection_status,
    "DescribeStackResourceDrifts": drift.describe_stack_resource_drifts,
    "DetectStackDrift": drift.detect_stack_drift,
    "DetectStackResourceDrift": drift.detect_stack_resource_drift,
    "DescribeEvents": events.describe_events,
    "DescribeStackEvents": reading.describe_stack_events,
    "DescribeStackResource": reading.describe_stack_resource,
    "DescribeStackResources": reading.describe_stack_resources,
    "DescribeStacks": reading.describe_stacks,
    "ExecuteChangeSet": change_sets.execute_change_set,
    "GetStackPolicy": stacks.get_stack_policy,
    "GetTemplate": reading.get_template,
    "GetTemplateSummary": reading.get_template_summary,
    "ListChangeSets": change_sets.list_change_sets,
    "ListExports": reading.list_exports,
    "ListImports": reading.list_imports,
    "ListStackResources": reading.list_stack_resources,
    "ListStacks": reading.list_stacks,
    "RollbackStack": stacks.roll_back_stack,
    "SetStackPolicy": stacks.set_stack_policy,
    "SignalResource": stacks.signal_resource,
    "UpdateStack": stacks.update_stack,
    "UpdateTerminationProtection": stacks.update_termination_protection,
    "ValidateTemplate": reading.validate_template,
}
"""Every action the local cloud answers; any other is refused as not implemented."""
