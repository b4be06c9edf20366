"""Secrets, parameters and buckets: names that are taken for longer than one thinks, values that must fit.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html,
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
"""

from __future__ import annotations

import re
from typing import Any

from hivemind.emulator.seam import Seam
from hivemind.emulator.strict.rule import Arguments, Rule

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def rules() -> tuple[Rule, ...]:
    """The rules of what configures an application."""
    from moto.s3.models import S3Backend
    from moto.secretsmanager.models import SecretsManagerBackend
    from moto.ssm.models import SimpleSystemManagerBackend

    return (
        Rule(Seam(SecretsManagerBackend, "create_secret"), _name_is_not_going),
        Rule(Seam(SimpleSystemManagerBackend, "put_parameter"), _value_fits),
        Rule(Seam(S3Backend, "create_bucket", "self bucket_name region_name bucket_namespace"), _bucket_can_be_named),
    )


def _name_is_not_going(secrets: Any, asked: Arguments) -> None:
    from moto.secretsmanager.exceptions import InvalidRequestException

    name = asked["name"]
    if name in secrets.secrets and secrets.secrets[name].is_deleted():
        message = "because a secret with this name is already scheduled for deletion."
        raise InvalidRequestException(f"You can't create this secret {message}")


def _value_fits(_: Any, asked: Arguments) -> None:
    from moto.ssm.exceptions import SSMException

    pattern = asked["allowed_pattern"]
    if pattern and not re.search(pattern, asked["value"] or ""):
        message = f"Parameter value, cannot be validated against allowedPattern: {pattern}"
        raise SSMException("ParameterPatternMismatchException", message)


def _bucket_can_be_named(_: Any, asked: Arguments) -> None:
    from moto.s3.exceptions import InvalidBucketName

    if not _BUCKET.fullmatch(asked["bucket_name"]) or ".." in asked["bucket_name"]:
        raise InvalidBucketName
