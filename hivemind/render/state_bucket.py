"""The bucket in which a team shares its state, as a stack of its own. A door of the room, as `bootstrap` is.

It outlives its stack: what it holds is the only memory of who released what.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from troposphere import Template, s3

from hivemind.model import names
from hivemind.model import template as model
from hivemind.render import stack
from hivemind.render.artifacts import UPLOAD_DAYS, only_over_tls, private

BUCKET = "StateBucket"
OLD_VERSIONS_DAYS = 90
"""How long what was overwritten can be restored; a lease alone writes a version every 15 seconds of a run."""


def state_bucket(address: str) -> model.Template:
    """The stack of the bucket in `s3://bucket/prefix`; it takes no parameters."""
    bucket = name_of(address)
    template = Template(Description="HiveMind: the bucket of a team's shared state")
    template.set_version("2010-09-09")
    template.add_resource(_bucket(bucket))
    template.add_resource(only_over_tls(BUCKET))
    body = stack.text(template, {names.TAG_ROLE: "state"})
    return model.Template(part="state", stack=f"hivemind-state-{bucket.replace('.', '-')}", body=body)


def name_of(address: str) -> str:
    """The bucket of `s3://bucket/prefix`."""
    return urlsplit(address).netloc


def _bucket(name: str) -> Any:
    return s3.Bucket(
        BUCKET,
        BucketName=name,
        DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
        **private(),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        LifecycleConfiguration=s3.LifecycleConfiguration(
            Rules=[
                s3.LifecycleRule(
                    Id="old-versions",
                    Status="Enabled",
                    NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=OLD_VERSIONS_DAYS),
                    AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=UPLOAD_DAYS),
                )
            ]
        ),
    )
