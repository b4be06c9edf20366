"""moto's model → configuration, on a model made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from hivemind.emulator.balancer.config import (
    Action,
    Condition,
    FixedResponse,
    Forward,
    HealthCheck,
    HostHeader,
    HttpHeader,
    PathPattern,
    QueryString,
    Redirect,
    RequestMethod,
    Rule,
    SourceIp,
    Target,
    TargetGroup,
)
from hivemind.emulator.balancer.translate import translate, used_groups

ADDRESSES = {"i-1": ("127.0.0.1", 30001)}
NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}


def action(data: dict[str, Any]) -> Any:
    return SimpleNamespace(data=data)


def rule(priority: int | str, actions: list[dict[str, Any]], *conditions: dict[str, Any]) -> Any:
    return SimpleNamespace(priority=priority, conditions=list(conditions), actions=list(map(action, actions)))


def listener(arn: str, port: int, *rules: Any, default: dict[str, Any] = NOT_FOUND, **tls: Any) -> Any:
    everything = {str(n): one for n, one in enumerate((*rules, rule("default", [default])))}
    plain = {"protocol": "HTTP", "certificate": None, "certificates": [], "ssl_policy": ""}
    return SimpleNamespace(arn=arn, port=port, rules=everything, default_actions=[action(default)], **{**plain, **tls})


def balancer(*listeners: Any, **attributes: str) -> Any:
    attrs = {name.replace("__", "."): value for name, value in attributes.items()}
    return SimpleNamespace(arn="lb", listeners={one.arn: one for one in listeners}, attrs=attrs)


def group(**changes: Any) -> Any:
    defaults: dict[str, Any] = {
        "arn": "tg",
        "target_type": "instance",
        "health_check_path": "/",
        "health_check_interval_seconds": 30,
        "health_check_timeout_seconds": 5,
        "healthy_threshold_count": "5",
        "unhealthy_threshold_count": "2",
        "matcher": {"HttpCode": "200"},
        "health_check_enabled": True,
        "targets": {},
        "attributes": {"deregistration_delay.timeout_seconds": 300},
    }
    return SimpleNamespace(**{**defaults, **changes})


def backend(*, balancers: tuple[Any, ...] = (), groups: tuple[Any, ...] = ()) -> Any:
    return SimpleNamespace(
        load_balancers={one.arn: one for one in balancers}, target_groups={one.arn: one for one in groups}
    )


def only_rules(*listeners: Any) -> tuple[Rule, ...]:
    ports = {one.arn: 20000 + n for n, one in enumerate(listeners)}
    config = translate([backend(balancers=(balancer(*listeners),))], ADDRESSES.get, ports)
    return config.listeners[0].rules


def test_rules_come_by_priority_and_the_default_comes_last() -> None:
    answers = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": code}} for code in ("201", "202")]
    found = only_rules(listener("l", 80, rule("20", [answers[1]]), rule(3, [answers[0]])))

    assert [one.action for one in found] == [FixedResponse(201), FixedResponse(202), FixedResponse(404)]
    assert found[-1].conditions == ()


@pytest.mark.parametrize(
    "data, expected",
    [
        ({"Field": "path-pattern", "Values": ["/a"]}, PathPattern(("/a",))),
        ({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/b"]}}, PathPattern(("/a", "/b"))),
        ({"Field": "host-header", "HostHeaderConfig": {"Values": ["h"]}}, HostHeader(("h",))),
        (
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X", "Values": ["1"]}},
            HttpHeader("X", ("1",)),
        ),
        ({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["PUT"]}}, RequestMethod(("PUT",))),
        (
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "v"}, {"Value": "w"}]}},
            QueryString((("k", "v"), (None, "w"))),
        ),
        ({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}}, SourceIp(("10.0.0.0/8",))),
    ],
)
def test_conditions(data: dict[str, Any], expected: Condition) -> None:
    assert only_rules(listener("l", 80, rule(1, [NOT_FOUND], data)))[0].conditions == (expected,)


@pytest.mark.parametrize(
    "data, expected",
    [
        ({"Type": "forward", "TargetGroupArn": "blue"}, Forward((("blue", 1),))),
        (
            {
                "Type": "forward",
                "TargetGroupArn": "ignored-by-aws-too",
                "ForwardConfig": {
                    "TargetGroups": [{"TargetGroupArn": "blue", "Weight": "9"}, {"TargetGroupArn": "green"}]
                },
            },
            Forward((("blue", 9), ("green", 1))),
        ),
        (
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "MessageBody": "later"}},
            FixedResponse(503, "text/plain", "later"),
        ),
        (
            {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Path": "/new", "Query": ""}},
            Redirect(301, path="/new", query=""),
        ),
    ],
)
def test_actions(data: dict[str, Any], expected: Action) -> None:
    assert only_rules(listener("l", 80, default=data))[0].action == expected


def test_a_redirect_to_another_listener_leads_to_its_real_port() -> None:
    to_other = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_302", "Port": "8080"}}
    elsewhere = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_302", "Port": "9999"}}

    found = only_rules(listener("a", 80, rule(1, [to_other]), default=elsewhere), listener("b", 8080))

    assert [one.action for one in found] == [Redirect(302, port="20001"), Redirect(302, port="9999")]


def test_the_load_balancer_s_attributes_hold_for_its_listeners() -> None:
    attributes = {
        "idle_timeout__timeout_seconds": "5",
        "routing__http__drop_invalid_header_fields__enabled": "true",
        "routing__http__xff_header_processing__mode": "remove",
    }
    config = translate([backend(balancers=(balancer(listener("l", 80), **attributes),))], ADDRESSES.get, {"l": 20000})

    (found,) = config.listeners
    assert (found.port, found.idle_timeout, found.drop_invalid_headers, found.forwarded_for) == (
        20000, 5.0, True, "remove",
    )  # fmt: skip


def test_targets_are_where_their_instances_really_listen() -> None:
    targets = {id_: {"Id": id_, "Port": 8080} for id_ in ("i-1", "i-gone")}

    config = translate([backend(groups=(group(targets=targets),))], ADDRESSES.get, {})

    assert config.groups == (
        TargetGroup(
            "tg",
            HealthCheck("/", 30.0, 5.0, 5, 2, "200"),
            (Target("i-1", 8080, ("127.0.0.1", 30001)), Target("i-gone", 8080, None)),
            300.0,
        ),
    )


@pytest.mark.parametrize("id_, address", [("127.0.0.1", ("127.0.0.1", 8080)), ("10.0.0.1", None)])
def test_ip_targets_are_on_this_machine_or_nowhere(id_: str, address: tuple[str, int] | None) -> None:
    targets = {id_: {"Id": id_, "Port": 8080}}

    config = translate([backend(groups=(group(target_type="ip", targets=targets),))], ADDRESSES.get, {})

    assert config.groups[0].targets == (Target(id_, 8080, address),)


@pytest.mark.parametrize("said, expected", [(True, True), ("true", True), (False, False), ("false", False)])
def test_health_checks_can_be_off(said: Any, expected: bool) -> None:
    config = translate([backend(groups=(group(health_check_enabled=said),))], ADDRESSES.get, {})

    assert config.groups[0].check.enabled is expected


def test_a_group_of_weight_zero_is_used() -> None:
    config = {"TargetGroups": [{"TargetGroupArn": "blue", "Weight": 0}, {"TargetGroupArn": "green", "Weight": 1}]}

    assert used_groups(balancer(listener("l", 80, default={"Type": "forward", "ForwardConfig": config}))) == {
        "blue",
        "green",
    }
