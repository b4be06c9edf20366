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
    template.add_resource(only_over_tls(BUCKET))
    template.add_output(Output(BUCKET, Value=Ref(BUCKET)))
    return stack.text(template, {names.TAG_ROLE: "artifacts"})


def _bucket() -> Any:
    """Deleted with its stack, as all it holds can be made again from the repositories."""
    return s3.Bucket(
        BUCKET,
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
        **private(),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=_lifecycle()),
    )


def private() -> dict[str, Any]:
    """What every bucket of ours has: encrypted, its owner's alone, and never public."""
    encryption = s3.ServerSideEncryptionRule(
        ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
    )
    return {
        "BucketEncryption": s3.BucketEncryption(ServerSideEncryptionConfiguration=[encryption]),
        "OwnershipControls": s3.OwnershipControls(
            Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
        ),
        "PublicAccessBlockConfiguration": s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
    }


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


def only_over_tls(bucket: str) -> Any:
    """The policy of a bucket, by its logical id: nobody asks in the clear."""
    statement = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [GetAtt(bucket, "Arn"), Sub(f"${{{bucket}.Arn}}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return s3.BucketPolicy(
        f"{bucket}Policy", Bucket=Ref(bucket), PolicyDocument={"Version": "2012-10-17", "Statement": [statement]}
    )
