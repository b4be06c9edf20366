"""What one side dumps, the other loads, unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivemind.emulator.balancer.config import (
    BalancerConfig,
    FixedResponse,
    Forward,
    HealthCheck,
    HostHeader,
    HttpHeader,
    Listener,
    PathPattern,
    QueryString,
    Redirect,
    RequestMethod,
    Rule,
    SourceIp,
    Target,
    TargetGroup,
)
from hivemind.emulator.balancer.report import (
    BalancerCounts,
    Counts,
    Distribution,
    GroupCounts,
    Report,
    TargetHealth,
    Verdict,
)
from hivemind.emulator.balancer.wire import dump_config, dump_report, load_config, load_report

TEXTS = st.lists(st.text(max_size=8), max_size=3).map(tuple)
CONDITIONS = st.one_of(
    st.builds(PathPattern, TEXTS),
    st.builds(HostHeader, TEXTS),
    st.builds(HttpHeader, st.text(max_size=8), TEXTS),
    st.builds(RequestMethod, TEXTS),
    st.builds(
        QueryString, st.lists(st.tuples(st.none() | st.text(max_size=5), st.text(max_size=5)), max_size=2).map(tuple)
    ),
    st.builds(SourceIp, TEXTS),
)
ACTIONS = st.one_of(
    st.builds(Forward, st.lists(st.tuples(st.text(max_size=8), st.integers(0, 999)), max_size=3).map(tuple)),
    st.builds(FixedResponse, st.integers(200, 599), body=st.text(max_size=8)),
    st.builds(Redirect, st.sampled_from([301, 302]), path=st.text(max_size=8)),
)
RULES = st.lists(st.builds(Rule, st.lists(CONDITIONS, max_size=3).map(tuple), ACTIONS), max_size=3).map(tuple)
LISTENERS = st.lists(
    st.builds(Listener, st.text(max_size=8), st.text(max_size=8), st.integers(1, 65535), RULES), max_size=2
).map(tuple)
ADDRESSES = st.none() | st.tuples(st.just("127.0.0.1"), st.integers(1, 65535))
GROUPS = st.lists(
    st.builds(
        TargetGroup,
        st.text(max_size=8),
        st.builds(HealthCheck, interval=st.floats(1, 300)),
        st.lists(st.builds(Target, st.text(max_size=8), st.integers(1, 65535), ADDRESSES), max_size=3).map(tuple),
    ),
    max_size=2,
).map(tuple)


@pytest.mark.property
@given(st.integers(0), st.builds(BalancerConfig, LISTENERS, GROUPS))
def test_a_configuration_survives_the_line(generation: int, config: BalancerConfig) -> None:
    line = dump_config(generation, config)

    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert load_config(line) == (generation, config)


def test_a_report_survives_the_line() -> None:
    times = Distribution()
    times.observe(0.002)
    report = Report(
        3,
        (8080,),
        {"group": (TargetHealth("i-1", 80, Verdict("unhealthy", "Target.ResponseCodeMismatch", 500), 2),)},
        Counts({"balancer": BalancerCounts(5, {502: 1}, 1, 2, 3)}, {"group": GroupCounts({200: 4}, times, 1)}),
    )

    assert load_report(dump_report(report)) == report


def test_counts_add_up() -> None:
    total, one = Counts(), Counts({"b": BalancerCounts(2, {502: 1})}, {"g": GroupCounts({200: 1})})
    one.groups["g"].times.observe(0.1)

    total.add(one)
    total.add(one)

    assert total.balancers["b"].requests == 4
    assert total.balancers["b"].codes == {502: 2}
    assert total.groups["g"].requests == 2
    assert total.groups["g"].times.count == 2
    assert one.groups["g"].times.count == 1


@pytest.mark.parametrize("share, expected", [(0.5, 0.010), (0.99, 0.010), (1.0, 0.250)])
def test_a_quantile_is_right_within_five_percent(share: float, expected: float) -> None:
    times = Distribution()
    for _ in range(99):
        times.observe(0.010)
    times.observe(0.250)

    assert times.quantile(share) == pytest.approx(expected, rel=0.06)


def test_no_requests_have_no_quantile() -> None:
    assert Distribution().quantile(0.99) == 0.0
