"""What a lifecycle hook tells its SNS topic when an instance begins to wait.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
"""

from __future__ import annotations

import json
import traceback
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.groups.hooks import LAUNCHING, Action, Hook


def announce(group: Any, instance_id: str, action: Action) -> None:
    """Tell the hook's topic that an instance waits; a topic that fails does not hold the instance up."""
    hook = action.hook
    _publish(group, hook, {
        "LifecycleHookName": hook.lifecycle_hook_name,
        "LifecycleTransition": hook.lifecycle_transition,
        "LifecycleActionToken": action.token,
        "EC2InstanceId": instance_id,
        "Origin": "EC2" if hook.lifecycle_transition == LAUNCHING else "AutoScalingGroup",
        "Destination": "AutoScalingGroup" if hook.lifecycle_transition == LAUNCHING else "EC2",
        "NotificationMetadata": hook.notification_metadata,
    })  # fmt: skip


def greet(group: Any, hook: Hook) -> None:
    """The test message that a new hook sends."""
    _publish(group, hook, {"Event": "autoscaling:TEST_NOTIFICATION"})


def _publish(group: Any, hook: Hook, fields: dict[str, str | None]) -> None:
    if not hook.notification_target_arn:
        return
    from moto.sns.models import sns_backends

    message = {
        "Service": "AWS Auto Scaling",
        "Time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "AccountId": group.account_id,
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        **{name: value for name, value in fields.items() if value is not None},
    }
    try:
        sns = sns_backends[group.account_id][group.region]
        subject = f"Auto Scaling: Lifecycle action for group {group.name!r}"
        sns.publish(json.dumps(message), arn=hook.notification_target_arn, subject=subject[:100])
    except Exception:
        traceback.print_exc()
