"""SNS: addresses that can be reached, by protocols that exist.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html.
"""

from __future__ import annotations

from typing import Any

from hivemind.emulator.seam import Seam
from hivemind.emulator.strict.rule import Arguments, Rule

_PROTOCOLS = ("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")


def rules() -> tuple[Rule, ...]:
    """The rules of topics."""
    from moto.sns.models import SNSBackend

    return (Rule(Seam(SNSBackend, "subscribe", "self topic_arn endpoint protocol"), _can_be_reached),)


def _can_be_reached(_: Any, asked: Arguments) -> None:
    from moto.sns.exceptions import SNSInvalidParameter

    protocol, endpoint = asked["protocol"], asked["endpoint"] or ""
    if protocol not in _PROTOCOLS:
        raise SNSInvalidParameter(f"Invalid parameter: Does not support this protocol string: {protocol}")
    if protocol.startswith("email") and "@" not in endpoint:
        raise SNSInvalidParameter("Invalid parameter: Email address")
