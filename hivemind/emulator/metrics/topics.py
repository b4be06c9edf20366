"""An alarm's message to an SNS topic, delivered as moto delivers to the topic's subscribers."""

from __future__ import annotations

import threading
import traceback
from typing import Any

from hivemind.emulator.backends import backend

NO_KEY = "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."
"""AWS's words for a topic under SNS's own key, whose policy does not let CloudWatch in."""


def publish(region: str, arn: str, subject: str, message: str) -> None:
    """Publish in the background, since a subscriber may be slow; raises LookupError for a topic that cannot take it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    topics = backend("sns", region)
    topic = topics.topics.get(arn)
    if topic is None:
        raise LookupError(f"Resource: {arn} is in DELETED state or does not exist.")
    if str(topic.kms_master_key_id).endswith("alias/aws/sns"):
        raise LookupError(NO_KEY)
    threading.Thread(target=_deliver, args=(topics, arn, subject, message), daemon=True, name="alarm").start()


def _deliver(topics: Any, arn: str, subject: str, message: str) -> None:
    try:
        topics.publish(message, arn, subject=subject)
    except Exception:
        traceback.print_exc()
