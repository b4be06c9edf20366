"""Buckets, secrets and parameters, read back; what a secret holds is write-only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hivemind.emulator.cloudformation.cloud import missing
from hivemind.emulator.cloudformation.drift.readers.reader import Reader, Subject, only
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources.handler import words


def _bucket(at: Subject) -> Mapping[str, Json]:
    mine = {"Bucket": at.physical_id}
    at.call("s3", "head_bucket", **mine)
    status = at.call("s3", "get_bucket_versioning", **mine).get("Status")
    return {
        "BucketName": at.physical_id,
        "VersioningConfiguration": {"Status": status} if status else None,
        "PublicAccessBlockConfiguration": _or_none(
            lambda: at.call("s3", "get_public_access_block", **mine)["PublicAccessBlockConfiguration"]
        ),
        "OwnershipControls": _or_none(
            lambda: at.call("s3", "get_bucket_ownership_controls", **mine)["OwnershipControls"]
        ),
        "BucketEncryption": _or_none(lambda: _encryption(at)),
        "Tags": at.tags(_or_none(lambda: at.call("s3", "get_bucket_tagging", **mine)["TagSet"])),
    }


def _or_none(read: Callable[[], Json]) -> Json:
    """S3 answers with an error where nothing is configured."""
    try:
        return read()
    except Refusal as error:
        if missing(error):
            return None
        raise


def _encryption(at: Subject) -> Json:
    live = at.call("s3", "get_bucket_encryption", Bucket=at.physical_id)["ServerSideEncryptionConfiguration"]
    rules = [
        {**rule, "ServerSideEncryptionByDefault": rule.get("ApplyServerSideEncryptionByDefault")}
        for rule in live["Rules"]
    ]
    return {"ServerSideEncryptionConfiguration": rules}


def _secret(at: Subject) -> Mapping[str, Json]:
    live = at.call("secretsmanager", "describe_secret", SecretId=at.physical_id)
    return {**only(live, ("Name", "Description", "KmsKeyId")), "Tags": at.tags(live.get("Tags"))}


def _parameter(at: Subject) -> Mapping[str, Json]:
    live = at.call("ssm", "get_parameter", Name=at.physical_id, WithDecryption=True)["Parameter"]
    return only(live, ("Name", "Type", "Value", "DataType"))


READERS = (
    Reader(
        "AWS::S3::Bucket",
        words(
            "BucketName VersioningConfiguration PublicAccessBlockConfiguration OwnershipControls BucketEncryption Tags"
        ),
        _bucket,
    ),
    Reader("AWS::SecretsManager::Secret", words("Name Description KmsKeyId Tags"), _secret),
    Reader("AWS::SSM::Parameter", words("Name Type Value DataType"), _parameter),
)
