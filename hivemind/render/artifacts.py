"""The bucket of bundles, built trees, migration claims and failure records."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Output, Ref, Sub, Template, s3

from hivemind.model import names
from hivemind.render import stack

BUCKET = names.ARTIFACT_BUCKET
FAILURE_DAYS = 30
"""How long the record of a failed build is kept; the builder tags these objects so that they can be told apart."""
LEFTOVER_DAYS = 30
UPLOAD_DAYS = 7


def artifacts_text() -> str:
    """The template as text. The bucket's name is CloudFormation's: a given one may be taken anywhere in the world."""
    template = Template(Description="HiveMind: the bucket of release artifacts")
    template.set_version("2010-09-09")
    template.add_resource(_bucket())
    template.add_resource(_policy())
    template.add_output(Output(BUCKET, Value=Ref(BUCKET)))
    return stack.text(template, {names.TAG_ROLE: "artifacts"})


def _bucket() -> Any:
    """Deleted with its stack, as all it holds can be made again from the repositories."""
    encryption = s3.ServerSideEncryptionRule(
        ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
    )
    return s3.Bucket(
        BUCKET,
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
        BucketEncryption=s3.BucketEncryption(ServerSideEncryptionConfiguration=[encryption]),
        OwnershipControls=s3.OwnershipControls(Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=_lifecycle()),
    )


def _lifecycle() -> list[Any]:
    failures = s3.LifecycleRule(
        Id="failures",
        Status="Enabled",
        TagFilters=[s3.TagFilter(Key=names.TAG_ROLE, Value="failure")],
        ExpirationInDays=FAILURE_DAYS,
    )
    leftovers = s3.LifecycleRule(
        Id="leftovers",
        Status="Enabled",
        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=LEFTOVER_DAYS),
        ExpiredObjectDeleteMarker=True,
    )
    uploads = s3.LifecycleRule(
        Id="uploads",
        Status="Enabled",
        AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=UPLOAD_DAYS),
    )
    return [failures, leftovers, uploads]


def _policy() -> Any:
    only_tls = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [GetAtt(BUCKET, "Arn"), Sub(f"${{{BUCKET}.Arn}}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return s3.BucketPolicy(
        f"{BUCKET}Policy", Bucket=Ref(BUCKET), PolicyDocument={"Version": "2012-10-17", "Statement": [only_tls]}
    )
