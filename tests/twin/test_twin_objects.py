"""What apply relies on of S3 and of the logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes.twin import Twin

from hivemind.errors import CloudError

LARGEST = 1024 * 1024

BUCKET = json.dumps(
    {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
        "Outputs": {"ArtifactBucket": {"Value": {"Ref": "Bucket"}}},
    }
)


def test_an_object_is_published_once_read_and_deleted_by_prefix(twin: Twin, bundle: Path) -> None:
    bucket = twin.deploy(twin.stack(BUCKET), "hm-1").outputs["ArtifactBucket"]
    objects = twin.cloud.objects
    assert objects.get(bucket, "a/b") is None
    assert not objects.exists(bucket, "a/b")
    assert objects.put_file(bucket, "a/b", bundle)
    bundle.write_bytes(b"other")
    assert not objects.put_file(bucket, "a/b", bundle)
    assert objects.get(bucket, "a/b") == b"bytes"
    assert objects.put_file(bucket, "ab/c", bundle)
    assert objects.delete_all(bucket, "a/") == 1
    assert objects.delete_all(bucket, "a/") == 0
    assert objects.exists(bucket, "ab/c")


def test_objects_are_listed_by_prefix_and_deleted_by_their_whole_key(twin: Twin, bundle: Path) -> None:
    bucket = twin.deploy(twin.stack(BUCKET), "hm-1").outputs["ArtifactBucket"]
    objects = twin.cloud.objects
    for key in ("a/2", "a/1", "a/11", "b/1"):
        objects.put_file(bucket, key, bundle)
    assert objects.listed(bucket, "a/") == ("a/1", "a/11", "a/2")
    objects.delete(bucket, ("a/1", "a/2", "a/never"))
    objects.delete(bucket, ())
    assert objects.listed(bucket, "a/") == ("a/11",)
    assert objects.listed(bucket, "b/") == ("b/1",)


def test_a_bucket_that_is_not_empty_keeps_its_stack(twin: Twin, bundle: Path) -> None:
    bucket = twin.deploy(twin.stack(BUCKET), "hm-1").outputs["ArtifactBucket"]
    twin.cloud.objects.put_file(bucket, "a/b", bundle)
    twin.cloud.stacks.delete(twin.name, "hm-2")
    found = twin.settle()
    assert found is not None
    assert found.status == "DELETE_FAILED"
    twin.cloud.objects.delete_all(bucket, "a/")
    twin.cloud.stacks.delete(twin.name, "hm-3")
    assert twin.settle() is None


def test_nothing_is_found_where_there_is_nothing(twin: Twin) -> None:
    assert twin.cloud.objects.get("no-such-bucket-here", "k") is None
    assert not twin.cloud.objects.exists("no-such-bucket-here", "k")
    assert twin.cloud.objects.listed("no-such-bucket-here", "k/") == ()
    assert twin.cloud.objects.delete_all("no-such-bucket-here", "k/") == 0
    assert twin.cloud.telemetry.log_tail("/no/such/group", 5) == ()
    assert twin.cloud.instances.tagged({"hivemind:role": "nobody"}) == ()
    assert twin.cloud.inventory.owned("nobody:nowhere") == ()


def test_a_large_object_is_cut_and_an_empty_one_is_an_object(twin: Twin, bundle: Path) -> None:
    bucket = twin.deploy(twin.stack(BUCKET), "hm-1").outputs["ArtifactBucket"]
    objects = twin.cloud.objects
    bundle.write_bytes(b"x" * (LARGEST + 7))
    assert objects.put_file(bucket, "large", bundle)
    assert len(objects.get(bucket, "large") or b"") == LARGEST
    bundle.write_bytes(b"")
    assert objects.put_file(bucket, "empty", bundle)
    assert objects.get(bucket, "empty") == b""
    assert objects.exists(bucket, "empty")
    assert not objects.put_file(bucket, "empty", bundle)


def test_a_file_for_a_bucket_that_is_not_there_is_an_error(twin: Twin, bundle: Path) -> None:
    with pytest.raises(CloudError):
        twin.cloud.objects.put_file("no-such-bucket-here", "k", bundle)
