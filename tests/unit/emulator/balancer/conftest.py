"""The world of the tests that speak to moto's elbv2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from unit.emulator.balancer.balancer_world import FakeBalancer, World

from hivemind.emulator.balancer.installation import install, seams


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    from moto import mock_aws

    for seam in seams():
        monkeypatch.setattr(seam.owner, seam.name, getattr(seam.owner, seam.name))
    balancer, addresses = FakeBalancer(tmp_path), dict[str, Any]()
    with mock_aws():
        yield World(balancer, install(balancer, addresses.get), addresses)  # type: ignore[arg-type]
