"""Objects in S3, published once: an upload never overwrites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hivemind.aws.failures import ABSENT, cloud_errors, code_of
from hivemind.aws.session import Session
from hivemind.errors import CloudError

READ_LIMIT = 1024 * 1024
PER_DELETE = 1000


class AwsObjects:
    """The Objects port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, bucket: str, key: str) -> bytes | None:
        """The object, at most 1 MiB of it; None when there is none."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"s3://{bucket}/{key}"):
            try:
                body = self._client.get_object(Bucket=bucket, Key=key)["Body"]
            except ClientError as error:
                if code_of(error) in ABSENT:
                    return None
                raise
            with body:
                return bytes(body.read(READ_LIMIT))

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"s3://{bucket}/{key}"):
            try:
                self._client.head_object(Bucket=bucket, Key=key)
            except ClientError as error:
                if code_of(error) in ABSENT:
                    return False
                raise
        return True

    def listed(self, bucket: str, prefix: str) -> tuple[str, ...]:
        """The keys of every object under a prefix, sorted."""
        with cloud_errors(f"s3://{bucket}/{prefix}"):
            return tuple(sorted(each["Key"] for each in self._pages("list_objects_v2", bucket, prefix, "Contents")))

    def put_file(self, bucket: str, key: str, path: Path) -> bool:
        """Upload a file unless the key exists; False when it did."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"s3://{bucket}/{key}"), path.open("rb") as content:
            try:
                self._client.put_object(Bucket=bucket, Key=key, Body=content, IfNoneMatch="*")
            except ClientError as error:
                if code_of(error) in ("PreconditionFailed", "412"):
                    return False
                raise
        return True

    def delete(self, bucket: str, keys: tuple[str, ...]) -> None:
        """Delete every version of these objects. Raises CloudError if some stay."""
        for key in keys:
            with cloud_errors(f"s3://{bucket}/{key}"):
                self._delete(bucket, [each for each in self._versions(bucket, key) if each["Key"] == key])

    def delete_all(self, bucket: str, prefix: str) -> int:
        """Delete every version of every object under a prefix; returns how many. Raises CloudError if some stay."""
        if not prefix.endswith("/"):
            raise ValueError("a prefix ends in a slash: a shorter one would take others' objects with it")
        with cloud_errors(f"s3://{bucket}/{prefix}"):
            found = self._versions(bucket, prefix)
            self._delete(bucket, found)
        return len(found)

    def _delete(self, bucket: str, found: list[dict[str, str]]) -> None:
        for batch in _batches(found):
            answer = self._client.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
            if errors := answer.get("Errors"):
                raise _left(bucket, errors[0])

    def _versions(self, bucket: str, prefix: str) -> list[dict[str, str]]:
        listed = self._pages("list_object_versions", bucket, prefix, "Versions", "DeleteMarkers")
        return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in listed]

    def _pages(self, operation: str, bucket: str, prefix: str, *kinds: str) -> list[Any]:
        """What a listing shows, all pages of it; nothing where there is no bucket."""
        from botocore.exceptions import ClientError

        found: list[Any] = []
        try:
            for page in self._client.get_paginator(operation).paginate(Bucket=bucket, Prefix=prefix):
                found += [each for kind in kinds for each in page.get(kind, ())]
        except ClientError as error:
            if code_of(error) not in ABSENT:
                raise
        return found

    @property
    def _client(self) -> Any:
        return self._session.client("s3")


def _batches(found: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    return [found[at : at + PER_DELETE] for at in range(0, len(found), PER_DELETE)]


def _left(bucket: str, error: Any) -> CloudError:
    return CloudError(
        f"DeleteObjects: {error.get('Message', 'no reason given')} ({error.get('Code', '')})",
        hint="See the bucket's policy and the object's lock, then run again.",
        where=f"s3://{bucket}/{error.get('Key', '')}",
        code=str(error.get("Code", "")),
    )
