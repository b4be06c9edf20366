"""The same suite on the fake and on the local cloud, so that the fake cannot lie."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.cloud import FakeCloud
from fakes.outside import FakeOutside, LocalOutside
from fakes.twin import Twin

NUMBERS = count(1)


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a local cloud of this module's own."""
    from hivemind.emulator import daemon

    home = tmp_path_factory.mktemp("emulator")
    yield daemon.start(home).endpoint
    daemon.stop(home)


@pytest.fixture(params=["fake", pytest.param("emulator", marks=pytest.mark.slow)])
def twin(request: pytest.FixtureRequest) -> Twin:
    name = f"twin-{next(NUMBERS)}"
    if request.param == "fake":
        fake = FakeCloud()
        return Twin(fake.acting(), FakeClock(fake.tick), name, FakeOutside(fake.world))
    from hivemind.aws.cloud import cloud
    from hivemind.aws.session import Session
    from hivemind.host.clock import SystemClock

    session = Session("us-east-1", request.getfixturevalue("emulator"))
    return Twin(cloud(session), SystemClock(), name, LocalOutside(session))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.tar.gz"
    path.write_bytes(b"bytes")
    return path
