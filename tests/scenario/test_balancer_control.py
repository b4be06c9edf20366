"""The control, in short: the wrong deployments fail requests under load, the right ones fail none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.bench.control import SHORT_KEEP_ALIVE, Service, deployed, rested
from tests.scenario.emulator_cloud import Cloud, running

pytestmark = [pytest.mark.slow, pytest.mark.proof]
REQUESTS = 3_000


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud") / "home") as cloud:
        yield cloud


def test_a_deployment_that_drains_fails_no_request(cloud: Cloud) -> None:
    result = asyncio.run(deployed(Service(cloud, "right"), REQUESTS, draining=True))

    assert result.requests >= REQUESTS
    assert result.failed == 0, result.outcomes


def test_a_deployment_that_does_not_drain_fails_some(cloud: Cloud) -> None:
    result = asyncio.run(deployed(Service(cloud, "wrong"), REQUESTS, draining=False))

    assert result.failed > 0
    assert result.outcomes["502"] > 0


def test_an_app_that_hangs_up_early_fails_some_and_one_that_does_not_fails_none(cloud: Cloud) -> None:
    assert asyncio.run(rested(Service(cloud, "short", SHORT_KEEP_ALIVE), 10_000)).outcomes["502"] > 0

    patient = asyncio.run(rested(Service(cloud, "long"), 500))
    assert (patient.failed, patient.requests >= 500) == (0, True)
