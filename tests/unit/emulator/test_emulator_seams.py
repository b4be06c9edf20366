"""Every function of moto that we replace is still the one we know."""

from __future__ import annotations

import pytest

from hivemind.emulator.seam import Gap, Seam
from hivemind.errors import EmulatorError


def all_seams() -> list[Seam | Gap]:
    from hivemind.emulator.patches import (
        autoscaling,
        bucket_policy,
        cloudwatch,
        ec2,
        group_metrics,
        images,
        logs,
        rds,
        s3,
        secrets,
        ssm,
    )

    patches = (autoscaling, bucket_policy, cloudwatch, ec2, group_metrics, images, logs, rds, s3, secrets, ssm)
    return [seam for patch in patches for seam in patch.seams()]


@pytest.mark.slow
def test_the_seams_of_moto_are_where_we_left_them() -> None:
    import moto

    assert moto.__version__ == "5.2.5"
    seams = all_seams()
    assert len(seams) > 30
    for seam in seams:
        seam.check()


@pytest.mark.slow
def test_the_rules_guard_what_is_there() -> None:
    from hivemind.emulator import strict

    for seam in strict.seams():
        seam.check()


class Service:
    """Stands in for a class of moto."""

    def call(self, name: str, size: int = 1) -> str:
        return f"{name}{size}"

    @property
    def address(self) -> str:
        return "there"


def test_a_seam_that_moved_fails_loudly() -> None:
    Seam(Service, "call", "self name size").check()
    Seam(Service, "address", "self").check()
    for moved in (Seam(Service, "gone"), Seam(Service, "call", "self name")):
        with pytest.raises(EmulatorError, match=r"not what the local cloud builds on") as refused:
            moved.check()
        assert "moto==5.2.5" in refused.value.hint


def test_a_wrapped_function_gets_the_original_first() -> None:
    class Own(Service):
        pass

    Seam(Own, "call").wrap(lambda original, self, name: original(self, name, 2) + "!")
    assert Own().call("a") == "a2!"
    Seam(Own, "call", "self name size").check()


def test_a_gap_that_moto_has_filled_by_now_fails_loudly() -> None:
    class Own(Service):
        pass

    gap = Gap(Own, "start_refresh")
    gap.check()
    gap.fill(Seam.check)  # stands for a function of ours
    gap.check()
    with pytest.raises(EmulatorError, match=r"has Service.call now"):
        Gap(Service, "call").check()
