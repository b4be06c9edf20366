"""Buckets and their policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud, missing
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, exists_already, words

_LONGEST_NAME = 63


class Bucket(Handler):
    """AWS::S3::Bucket."""

    type = "AWS::S3::Bucket"
    honours = words(
        "BucketName BucketEncryption LifecycleConfiguration OwnershipControls PublicAccessBlockConfiguration "
        "VersioningConfiguration Tags"
    )
    offers = words("Arn DomainName RegionalDomainName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("BucketName", _LONGEST_NAME)
        name = name if "BucketName" in wanted.properties else name.lower()
        if _exists(cloud, name):  # CreateBucket succeeds for a bucket of one's own
            raise exists_already(self.type, name)
        elsewhere = {} if cloud.region == "us-east-1" else {
            "CreateBucketConfiguration": {"LocationConstraint": cloud.region}
        }  # fmt: skip
        cloud.call("s3", "create_bucket", Bucket=name, **elsewhere)
        return name

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        mine = {"Bucket": physical_id}
        if versioning := wanted.get("VersioningConfiguration"):
            cloud.call("s3", "put_bucket_versioning", VersioningConfiguration=versioning, **mine)
        if block := wanted.get("PublicAccessBlockConfiguration"):
            cloud.call("s3", "put_public_access_block", PublicAccessBlockConfiguration=block, **mine)
        if encryption := wanted.get("BucketEncryption"):
            rules = {"Rules": [_encryption(rule) for rule in encryption["ServerSideEncryptionConfiguration"]]}
            cloud.call("s3", "put_bucket_encryption", ServerSideEncryptionConfiguration=rules, **mine)
        if ownership := wanted.get("OwnershipControls"):
            cloud.call("s3", "put_bucket_ownership_controls", OwnershipControls=ownership, **mine)
        if lifecycle := wanted.get("LifecycleConfiguration"):
            rules = {"Rules": [_lifecycle(rule) for rule in lifecycle["Rules"]]}
            cloud.call("s3", "put_bucket_lifecycle_configuration", LifecycleConfiguration=rules, **mine)
        if tags := wanted.tag_list():
            cloud.call("s3", "put_bucket_tagging", Tagging={"TagSet": tags}, **mine)

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {
            "Arn": f"arn:aws:s3:::{physical_id}",
            "DomainName": f"{physical_id}.s3.amazonaws.com",
            "RegionalDomainName": f"{physical_id}.s3.{cloud.region}.amazonaws.com",
        }

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        mine = {"Bucket": physical_id}
        for name, undo in _UNDO.items():
            if before.get(name) and not after.get(name):
                cloud.call("s3", undo, **mine)
        if before.get("VersioningConfiguration") and not after.get("VersioningConfiguration"):
            suspended = {"Status": "Suspended"}
            cloud.call("s3", "put_bucket_versioning", VersioningConfiguration=suspended, **mine)
        if before.all_tags() and not after.all_tags():
            cloud.call("s3", "delete_bucket_tagging", **mine)
        self.configure(cloud, physical_id, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("s3", "delete_bucket", Bucket=physical_id)


_UNDO = {
    "PublicAccessBlockConfiguration": "delete_public_access_block",
    "BucketEncryption": "delete_bucket_encryption",
    "OwnershipControls": "delete_bucket_ownership_controls",
    "LifecycleConfiguration": "delete_bucket_lifecycle",
}


def _exists(cloud: Cloud, name: str) -> bool:
    try:
        cloud.call("s3", "head_bucket", Bucket=name)
    except Refusal as error:
        if missing(error):
            return False
        raise
    return True


def _encryption(rule: Mapping[str, Json]) -> dict[str, Json]:
    asked = {name: value for name, value in rule.items() if name != "ServerSideEncryptionByDefault"}
    return {**asked, "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault", {})}


_LIFECYCLE = words(
    "Id Status Prefix ExpirationInDays NoncurrentVersionExpiration AbortIncompleteMultipartUpload "
    "ExpiredObjectDeleteMarker TagFilters"
)


def _lifecycle(rule: Mapping[str, Json]) -> dict[str, Any]:
    if strange := sorted(rule.keys() - _LIFECYCLE):
        raise Refusal(f"the local cloud does not support {', '.join(strange)} in a lifecycle rule")
    asked: dict[str, Any] = {"Status": rule["Status"], "Filter": _filter(rule)}
    expiration = {"Days": rule["ExpirationInDays"]} if "ExpirationInDays" in rule else {}
    if "ExpiredObjectDeleteMarker" in rule:
        expiration["ExpiredObjectDeleteMarker"] = rule["ExpiredObjectDeleteMarker"]
    asked |= {"Expiration": expiration} if expiration else {}
    asked |= {"ID": rule["Id"]} if "Id" in rule else {}
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        asked |= {name: rule[name]} if name in rule else {}
    return asked


def _filter(rule: Mapping[str, Json]) -> dict[str, Any]:
    """CloudFormation lists prefix and tags side by side; S3 wants several of them under `And`."""
    prefix, tags = rule.get("Prefix", ""), rule.get("TagFilters", [])
    if not tags:
        return {"Prefix": prefix}
    return {"And": {"Prefix": prefix, "Tags": tags}} if prefix or len(tags) > 1 else {"Tag": tags[0]}


class BucketPolicy(Handler):
    """AWS::S3::BucketPolicy."""

    type = "AWS::S3::BucketPolicy"
    honours = words("Bucket PolicyDocument")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        try:
            cloud.call("s3", "get_bucket_policy", Bucket=wanted["Bucket"])
        except Refusal as error:
            if not missing(error) or error.code == "NoSuchBucket":
                raise
        else:
            raise exists_already(self.type, wanted["Bucket"])
        self._put(cloud, wanted)
        return str(wanted["Bucket"])

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self._put(cloud, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("s3", "delete_bucket_policy", Bucket=physical_id)

    def _put(self, cloud: Cloud, wanted: Wanted) -> None:
        cloud.call("s3", "put_bucket_policy", Bucket=wanted["Bucket"], Policy=json.dumps(wanted["PolicyDocument"]))
