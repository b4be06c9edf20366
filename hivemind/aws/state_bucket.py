"""The state bucket: S3 with conditional writes.

A write that names the version it replaces is answered 412 when there is another one (404 when there is none any more),
and 409 when a write of the same object is under way: that one is tried again.
Source: docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from hivemind.aws.failures import ABSENT, cloud_errors, code_of
from hivemind.aws.session import Session
from hivemind.errors import CloudError
from hivemind.ports import Kept

LOST = ("PreconditionFailed", "412", "NoSuchKey", "404")
UNDER_WAY = ("ConditionalRequestConflict", "409")
ATTEMPTS = 5


class AwsStateBucket:
    """The StateBucket port, of `s3://bucket` or `s3://bucket/prefix`."""

    def __init__(self, session: Session, address: str) -> None:
        self._session = session
        self.address = address.rstrip("/")
        parts = urlsplit(self.address)
        self._bucket, self._prefix = parts.netloc, f"{parts.path.strip('/')}/".lstrip("/")

    def read(self, key: str) -> Kept | None:
        """The object; None when there is none. Raises CloudError when there is no such bucket."""
        from botocore.exceptions import ClientError

        with self._explained(key):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
            except ClientError as error:
                if code_of(error) in ABSENT and code_of(error) != "NoSuchBucket":
                    return None
                raise
            with answer["Body"] as body:
                return Kept(bytes(body.read()), answer["ETag"], _age(answer))

    def write(self, key: str, content: bytes, replaces: str | None) -> str | None:
        """Write if the object has that version; its new version, or None when another was first."""
        from botocore.exceptions import ClientError

        condition = {"IfMatch": replaces} if replaces else {"IfNoneMatch": "*"}
        with self._explained(key):
            for _ in range(ATTEMPTS):
                try:
                    answer = self._client.put_object(
                        Bucket=self._bucket, Key=self._prefix + key, Body=content, **condition
                    )
                    return str(answer["ETag"])
                except ClientError as error:
                    if code_of(error) in LOST:
                        return self._own(key, content)
                    if code_of(error) not in UNDER_WAY:
                        raise
        raise CloudError(
            f"others write this object all the time ({ATTEMPTS} attempts)",
            hint="Wait a moment and run again.",
            where=f"{self.address}/{key}",
            code=UNDER_WAY[0],
        )

    def keys(self, folder: str) -> tuple[str, ...]:
        """The keys of every object in a folder, sorted."""
        with self._explained(folder):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + folder
            )
            found = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return tuple(sorted(key.removeprefix(self._prefix) for key in found))

    def delete(self, key: str) -> None:
        """Delete an object; no error when it is not there."""
        with self._explained(key):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    def _own(self, key: str, content: bytes) -> str | None:
        """A write whose answer was lost is sent again, and then refused because of itself: that is no loss."""
        found = self.read(key)
        return found.version if found and found.content == content else None

    def _explained(self, key: str) -> Any:
        return cloud_errors(f"{self.address}/{key}")

    @property
    def _client(self) -> Any:
        return self._session.client("s3")


def _age(answer: Any) -> float:
    """By the clock of S3 alone; without its time nothing is old, so nobody's lease is taken."""
    said = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return float((parsedate_to_datetime(said) - answer["LastModified"]).total_seconds()) if said else 0.0
