"""S3 on the local cloud: of many conditional writes at once, exactly one wins."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.scenario.emulator_cloud import Cloud, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("emulator-objects")]
WRITERS, KEYS = 8, 50


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud") / "home") as cloud:
        cloud.client("s3").create_bucket(Bucket="objects")
        yield cloud


def test_if_none_match_has_exactly_one_winner(cloud: Cloud) -> None:
    s3 = cloud.client("s3")

    def claim(writer: int, key: int) -> int:
        try:
            s3.put_object(Bucket="objects", Key=f"claim-{key}", Body=str(writer).encode(), IfNoneMatch="*")
        except ClientError as refused:
            return int(refused.response["ResponseMetadata"]["HTTPStatusCode"])
        return 200

    with ThreadPoolExecutor(WRITERS) as pool:
        for key in range(KEYS):
            won = list(pool.map(claim, range(WRITERS), [key] * WRITERS))
            assert sorted(won) == [200, *[412] * (WRITERS - 1)]
            body = s3.get_object(Bucket="objects", Key=f"claim-{key}")["Body"].read()
            assert int(body) == won.index(200)


def test_if_match_writes_only_over_what_was_read(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    tag = s3.put_object(Bucket="objects", Key="versioned", Body=b"1")["ETag"]
    s3.put_object(Bucket="objects", Key="versioned", Body=b"2", IfMatch=tag)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket="objects", Key="versioned", Body=b"3", IfMatch=tag)
