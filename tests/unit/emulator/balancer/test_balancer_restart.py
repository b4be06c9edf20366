"""What is known of the targets while one process has gone and the next has not told anything yet."""

from __future__ import annotations

from hivemind.emulator.balancer.control import forgotten
from hivemind.emulator.balancer.report import Counts, Report, TargetHealth, Verdict


def test_what_a_process_told_of_its_targets_is_not_known_once_it_is_gone() -> None:
    told = (
        TargetHealth("i-1", 80, Verdict("healthy"), in_flight=3),
        TargetHealth("i-2", 80, Verdict("unhealthy", "Target.Timeout")),
        TargetHealth("i-3", 80, Verdict("draining", "Target.DeregistrationInProgress"), in_flight=1),
    )
    found = forgotten(Report(7, (8080,), {"g": told}, Counts()))
    assert [target.verdict.state for target in found.health["g"]] == ["initial", "initial", "draining"]
    assert (found.generation, found.unbound) == (0, (8080,))
