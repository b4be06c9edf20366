"""Lifecycle hooks: how long an instance waits, and what comes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hivemind.emulator.groups.cooldown import Cooldown
from hivemind.emulator.groups.hooks import LAUNCHING, TERMINATING, Hook, open_actions, verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def hook(name: str = "warm", default: str = "ABANDON", *, transition: str = LAUNCHING, timeout: int = 60) -> Hook:
    return Hook(name, "group", transition, default, timeout)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_an_instance_waits_for_the_hooks_of_its_transition_alone() -> None:
    hooks = [hook("a"), hook("b", transition=TERMINATING)]
    assert [action.hook.lifecycle_hook_name for action in open_actions(hooks, LAUNCHING, NOW)] == ["a"]
    assert open_actions([], LAUNCHING, NOW) == ()


def test_it_goes_on_when_all_say_continue_and_stops_when_one_says_abandon() -> None:
    first, second = open_actions([hook("a"), hook("b")], LAUNCHING, NOW)
    assert verdict((first, second), NOW) is None
    first.result = "CONTINUE"
    assert verdict((first, second), NOW) is None
    second.result = "CONTINUE"
    assert verdict((first, second), NOW) == "CONTINUE"
    first.result, second.result = None, "ABANDON"
    assert verdict((first, second), NOW) == "ABANDON"


def test_silence_gives_the_default_result() -> None:
    (gone,) = open_actions([hook()], LAUNCHING, NOW)
    (kept,) = open_actions([hook(default="CONTINUE")], LAUNCHING, NOW)
    assert gone.outcome(later(59)) is None
    assert gone.outcome(later(60)) == "ABANDON"
    assert kept.outcome(later(60)) == "CONTINUE"


def test_a_heartbeat_starts_the_time_anew_but_not_for_ever() -> None:
    (action,) = open_actions([hook()], LAUNCHING, NOW)
    action.heartbeat = later(50)
    assert action.outcome(later(100)) is None
    action.heartbeat = later(5990)
    assert action.outcome(later(6000)) == "ABANDON", "100 times the heartbeat timeout at most"
    assert hook(timeout=7200).global_timeout == 172800


def test_a_cooldown_begins_when_the_group_has_its_capacity() -> None:
    begun = Cooldown(60)
    assert not begun.is_over(later(10_000))
    settled = begun.settled(NOW)
    assert settled.settled(later(30)) == settled
    assert not settled.is_over(later(59))
    assert settled.is_over(later(60))
