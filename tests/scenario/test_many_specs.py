"""A thousand specs planned at once: time, memory, and that both grow no faster than the specs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.fleet import COLD, MEGABYTES, WARM, measured

pytestmark = [pytest.mark.slow, pytest.mark.proof]
NOISE = 1.5


def test_a_thousand_specs(record_property: Callable[[str, object], None]) -> None:
    fewer, all_of_them = measured((100, 1000))
    for each in (fewer, all_of_them):
        record_property(f"{each.count}: cold", f"{each.cold:.1f} s")
        record_property(f"{each.count}: unchanged", f"{each.warm:.1f} s")
        record_property(f"{each.count}: memory", f"{each.megabytes:.0f} MB")
    assert all_of_them.cold <= NOISE * COLD
    assert all_of_them.warm <= NOISE * WARM
    assert all_of_them.megabytes < MEGABYTES
    assert all_of_them.cold <= NOISE * 10 * fewer.cold
