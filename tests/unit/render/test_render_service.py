"""A service's stack: parameters, rules, targets, the two colours, what they may do, what is watched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from render_cases import CASES, case, foundation, of_type, production, rendered, service, worker

from hivemind.model.findings import StoreNeed
from hivemind.model.spec import MonitoringSpec
from hivemind.render.colour import DISK_GB

COLOURS = ("Blue", "Green")


def web(name: str = "local") -> dict[str, Any]:
    return rendered(CASES[name])["web"]


def test_a_service_takes_the_foundations_outputs_by_their_names() -> None:
    assert set(web()["Parameters"]) == {
        "ArtifactBucket", "AppSecurityGroup", "AlertsTopic", "VpcId", "Listener",
        "LoadBalancerFullName", "DatabaseSecret", "DatabaseIdentifier", "TestToken",
        *(f"{colour}{what}" for colour in COLOURS
          for what in ("Release", "Checksum", "Image", "InstanceType", "Capacity", "Weight", "Port",
                       "HealthPath", "Subnets")),
    }  # fmt: skip


def test_a_worker_takes_neither_weights_nor_anything_of_the_balancer() -> None:
    parameters = set(rendered(CASES["web-and-worker"])["worker"]["Parameters"])
    assert not parameters & {"Listener", "LoadBalancerFullName", "TestToken", "VpcId", "BlueWeight", "GreenWeight"}
    assert {"BlueRelease", "GreenCapacity"} <= parameters


def test_the_test_token_is_never_shown() -> None:
    assert web()["Parameters"]["TestToken"]["NoEcho"] is True


def test_conditions_say_only_which_colours_hold_a_release() -> None:
    assert web()["Conditions"] == {
        f"Has{colour}": {"Fn::Not": [{"Fn::Equals": [{"Ref": f"{colour}Release"}, ""]}]} for colour in COLOURS
    }


@pytest.mark.parametrize(
    ("blue", "green", "accepted"),
    [
        (("", 100), ("", 0), True),
        (("a", 100), ("", 0), True),
        (("a", 0), ("b", 100), True),
        (("a", 50), ("b", 50), True),
        (("a", 0), ("", 0), False),
        (("", 0), ("", 0), False),
        (("", 100), ("b", 0), False),
        (("a", 50), ("", 50), False),
    ],
)
def test_rules_refuse_lost_traffic(blue: tuple[str, int], green: tuple[str, int], accepted: bool) -> None:
    values = {"BlueRelease": blue[0], "BlueWeight": blue[1], "GreenRelease": green[0], "GreenWeight": green[1]}
    rules = web()["Rules"].values()
    assert all(holds(rule["Assertions"][0]["Assert"], values) for rule in rules) is accepted


def holds(expression: Any, values: dict[str, Any]) -> bool:
    """Evaluates a rule as CloudFormation does: every value is text."""
    ((function, parts),) = expression.items()
    match function:
        case "Fn::Equals":
            left, right = (str(values[part["Ref"]]) if isinstance(part, dict) else part for part in parts)
            return bool(left == right)
        case "Fn::Not":
            return not holds(parts[0], values)
        case "Fn::And":
            return all(holds(part, values) for part in parts)
        case _:
            assert function == "Fn::Or"
            return any(holds(part, values) for part in parts)


def test_test_rules_come_before_the_forward_rule_and_match_a_secret_header() -> None:
    rules = of_type(web(), "ElasticLoadBalancingV2::ListenerRule")
    forward = rules["ForwardRule"]
    assert forward["Conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}]
    for colour in COLOURS:
        rule = rules[f"{colour}TestRule"]
        assert rule["Priority"] < forward["Priority"]
        (condition,) = rule["Conditions"]
        assert condition["HttpHeaderConfig"] == {
            "HttpHeaderName": "X-HiveMind-Test",
            "Values": [{"Fn::Sub": f"{colour.lower()}-${{TestToken}}"}],
        }
        assert rule["Actions"] == [{"Type": "forward", "TargetGroupArn": {"Ref": f"{colour}Targets"}}]


def test_the_forward_rule_weighs_both_colours_by_parameters() -> None:
    (action,) = of_type(web(), "ElasticLoadBalancingV2::ListenerRule")["ForwardRule"]["Actions"]
    assert action["ForwardConfig"]["TargetGroups"] == [
        {"TargetGroupArn": {"Ref": f"{colour}Targets"}, "Weight": {"Ref": f"{colour}Weight"}} for colour in COLOURS
    ]


def test_services_of_one_balancer_never_share_a_priority() -> None:
    names = [f"s{number}" for number in range(12)]
    parts = rendered(case(*(service(name) for name in names)))
    priorities = [
        rule["Priority"]
        for name in names
        for rule in of_type(parts[name], "ElasticLoadBalancingV2::ListenerRule").values()
    ]
    assert len(set(priorities)) == len(priorities) == 36
    assert max(priorities) == 50000


def test_another_web_service_is_reached_below_its_name() -> None:
    rule = of_type(rendered(CASES["two-web"])["admin"], "ElasticLoadBalancingV2::ListenerRule")["ForwardRule"]
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == ["/admin", "/admin/*"]


def test_adding_a_service_moves_nobody_elses_rules() -> None:
    before = rendered(case(service(), service("admin")))["admin"]
    after = rendered(case(service(), service("zoo"), service("api"), service("admin")))["admin"]
    assert before == after


@pytest.mark.parametrize(
    ("differing", "path", "codes"),
    [
        ({"health_path": "/healthz"}, "/healthz", "200"),
        ({"health_path": "/"}, "/", "200-399"),
        ({"health_path": "/healthz", "live_path": "/live"}, "/live", "200"),
    ],
)
def test_targets_are_asked_a_path_that_does_not_look_at_the_database(
    differing: dict[str, str], path: str, codes: str
) -> None:
    web = service(**differing)
    assert web.checked_path == path
    groups = of_type(rendered(case(web))["web"], "ElasticLoadBalancingV2::TargetGroup")
    assert {group["Matcher"]["HttpCode"] for group in groups.values()} == {codes}


def test_each_colour_is_asked_at_a_port_and_path_of_its_own() -> None:
    """A release with another port must not make the live colour's targets anew."""
    groups = of_type(web(), "ElasticLoadBalancingV2::TargetGroup")
    for colour in COLOURS:
        asked = groups[f"{colour}Targets"]
        assert (asked["Port"], asked["HealthCheckPath"]) == ({"Ref": f"{colour}Port"}, {"Ref": f"{colour}HealthPath"})


def test_groups_replace_instances_by_the_balancers_word_only_with_a_live_path() -> None:
    kinds = {
        name: {group["HealthCheckType"] for group in of_type(web(name), "AutoScaling::AutoScalingGroup").values()}
        for name in ("local", "live-path")
    }
    assert kinds == {"local": {"EC2"}, "live-path": {"ELB"}}


def test_a_colour_exists_only_while_it_holds_a_release() -> None:
    resources = web()["Resources"]
    conditional = {title: body["Condition"] for title, body in resources.items() if "Condition" in body}
    assert conditional == {f"{colour}{what}": f"Has{colour}" for colour in COLOURS for what in ("Template", "Group")}


@pytest.mark.parametrize(
    ("name", "count", "most"), [("local", "1", "4"), ("production", "2", "5"), ("live-path", "5", "10")]
)
def test_a_group_is_created_once_its_least_size_has_signalled(name: str, count: str, most: str) -> None:
    template, patience = web(name), "PT3M" if name == "local" else "PT15M"
    for colour in COLOURS:
        group = template["Resources"][f"{colour}Group"]
        assert group["CreationPolicy"] == {"ResourceSignal": {"Count": int(count), "Timeout": patience}}
        assert group["UpdatePolicy"] == {"AutoScalingScheduledAction": {"IgnoreUnmodifiedGroupSizeProperties": True}}
        sizes = group["Properties"]
        assert (sizes["MinSize"], sizes["MaxSize"]) == (count, most)
        assert sizes["DesiredCapacity"] == {"Ref": f"{colour}Capacity"}
        assert template["Parameters"][f"{colour}Capacity"]["MaxValue"] == int(most)


def test_instances_are_hardened_and_the_template_freezes_them() -> None:
    for colour in COLOURS:
        data = of_type(web(), "EC2::LaunchTemplate")[f"{colour}Template"]["LaunchTemplateData"]
        assert data["MetadataOptions"]["HttpTokens"] == "required"
        assert data["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
        (disk,) = data["BlockDeviceMappings"]
        assert disk["Ebs"] == {"Encrypted": True, "VolumeType": "gp3", "VolumeSize": DISK_GB}
        assert data["ImageId"] == {"Ref": f"{colour}Image"}
        assert data["InstanceType"] == {"Ref": f"{colour}InstanceType"}


@pytest.mark.parametrize(("name", "credits"), [("local", {"CpuCredits": "standard"}), ("live-path", None)])
def test_only_burstable_instances_are_told_about_credits(name: str, credits: object) -> None:
    data = of_type(web(name), "EC2::LaunchTemplate")["BlueTemplate"]["LaunchTemplateData"]
    assert data.get("CreditSpecification") == credits


def test_user_data_is_a_stub_without_secrets() -> None:
    data = of_type(web(), "EC2::LaunchTemplate")["BlueTemplate"]["LaunchTemplateData"]
    script = data["UserData"]["Fn::Base64"]["Fn::Sub"]
    assert len(script) < 800
    assert "HM_RELEASE=${BlueRelease} HM_CHECKSUM=${BlueChecksum}" in script
    assert "HM_RESOURCE=BlueGroup" in script
    assert "HM_XRAY" not in script
    assert "guestbook/stripe" not in script


@pytest.mark.parametrize(
    ("name", "installs", "signals", "disk"),
    [
        ("local", "", "cfn-signal -e 1 --stack $HM_STACK", "/dev/xvda"),
        (
            "debian",
            "apt-get -qqy -o DPkg::Lock::Timeout=300 install --no-install-recommends awscli",
            "signal-resource",
            "/dev/xvda",
        ),
        ("ubuntu", "snap install aws-cli --classic; PATH=$PATH:/snap/bin\n", "signal-resource", "/dev/sda1"),
    ],
)
def test_an_image_gets_the_command_line_that_it_lacks(name: str, installs: str, signals: str, disk: str) -> None:
    for part, title in ((web(name), "BlueTemplate"), (foundation(CASES[name]), "BuilderTemplate")):
        data = of_type(part, "EC2::LaunchTemplate")[title]["LaunchTemplateData"]
        script = data["UserData"]["Fn::Base64"]["Fn::Sub"]
        assert installs in script.partition("aws s3")[0]
        assert title == "BuilderTemplate" or (signals in script and len(script) < 950)
        (mapping,) = data["BlockDeviceMappings"]
        assert (mapping["DeviceName"], mapping["Ebs"]["Encrypted"]) == (disk, True)


@pytest.mark.parametrize(("name", "may"), [("local", False), ("debian", True), ("ubuntu", True)])
def test_only_an_instance_without_cfn_signal_may_signal_its_own_stack(name: str, may: bool) -> None:
    (policy,) = of_type(web(name), "IAM::Role")["InstanceRole"]["Policies"]
    signals = [s for s in policy["PolicyDocument"]["Statement"] if "cloudformation:SignalResource" in s["Action"]]
    assert [s["Resource"] for s in signals] == ([[{"Ref": "AWS::StackId"}]] if may else [])


def test_the_role_reads_built_trees_and_exactly_the_named_secrets() -> None:
    role = of_type(web(), "IAM::Role")["InstanceRole"]
    (policy,) = role["Policies"]
    allowed = {action: s["Resource"] for s in policy["PolicyDocument"]["Statement"] for action in s["Action"]}
    assert set(allowed) == {
        "s3:GetObject", "secretsmanager:GetSecretValue",
        "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents",
    }  # fmt: skip
    assert allowed["s3:GetObject"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::${ArtifactBucket}/guestbook/local/built/*"}
    ]
    assert allowed["secretsmanager:GetSecretValue"] == [
        {"Ref": "DatabaseSecret"},
        {
            "Fn::Sub": "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}"
            ":secret:guestbook/stripe-??????"
        },
    ]
    assert allowed["logs:PutLogEvents"] == [{"Fn::GetAtt": ["LogGroup", "Arn"]}]


def test_a_secret_given_by_arn_is_allowed_as_it_is() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:mail-AbCdEf"
    template = rendered(case(service(env={"MAIL": {"secret": arn}}, database=StoreNeed())))["web"]
    assert [arn] in [
        statement["Resource"]
        for statement in of_type(template, "IAM::Role")["InstanceRole"]["Policies"][0]["PolicyDocument"]["Statement"]
    ]


def test_a_service_that_does_not_know_the_database_is_not_given_it() -> None:
    template = rendered(case(service(), worker(database=StoreNeed())))["worker"]
    assert "DatabaseSecret" not in template["Parameters"]
    assert "DatabaseSecret" not in str(of_type(template, "IAM::Role"))


def test_traces_are_sent_only_when_asked_for() -> None:
    without, traced = web("production"), web("xray")
    assert not of_type(without, "XRay::Group", "XRay::SamplingRule")
    assert "xray:" not in str(of_type(without, "IAM::Role"))
    assert set(of_type(traced, "XRay::Group", "XRay::SamplingRule")) == {"TraceGroup", "TraceSampling"}
    assert "xray:PutTraceSegments" in str(of_type(traced, "IAM::Role"))
    assert "HM_XRAY=1" in str(of_type(traced, "EC2::LaunchTemplate"))


def test_xray_names_fit_its_limit_and_stay_apart() -> None:
    names = []
    for number in (1, 2):
        one = production(service(f"a-long-service-name{number}"), monitoring=MonitoringSpec(xray=True))
        template = rendered(one)[f"a-long-service-name{number}"]
        names.append(of_type(template, "XRay::Group")["TraceGroup"]["GroupName"])
    assert len(set(names)) == 2
    assert all(len(name) <= 32 for name in names)


def test_alarms_stay_quiet_without_data_and_tell_the_topic() -> None:
    for name in CASES:
        for template in rendered(CASES[name]).values():
            for alarm in of_type(template, "CloudWatch::Alarm").values():
                assert alarm["TreatMissingData"] == "notBreaching"
                assert alarm["AlarmActions"] == [{"Ref": "AlertsTopic"}]


def test_a_web_service_is_watched_per_colour_and_as_a_whole() -> None:
    alarms = of_type(web(), "CloudWatch::Alarm")
    assert set(alarms) == {
        "Outage", *(f"{colour}{what}" for colour in COLOURS for what in ("Errors", "Latency", "Unhealthy"))
    }  # fmt: skip
    queries = {query["Id"]: query for query in alarms["Outage"]["Metrics"]}
    assert [query["Id"] for query in queries.values() if query["ReturnData"]] == ["outage"]
    assert set(queries) == {"outage", "up_blue", "up_green", "down_blue", "down_green"}


def test_a_worker_is_watched_by_its_cpu() -> None:
    alarms = of_type(rendered(CASES["worker-only"])["worker"], "CloudWatch::Alarm")
    assert set(alarms) == {"BlueCpu", "GreenCpu"}
    # An instance is measured every five minutes: over shorter periods the alarm would miss most data and never ring.
    assert {alarm["Period"] for alarm in alarms.values()} == {300}


@pytest.mark.parametrize(
    ("name", "part", "titles"),
    [
        ("local", "web", ["Requests", "Errors (5xx)", "Latency in seconds (p50, p99)", "Healthy targets",
                          "CPU of instances (%)", "Database: CPU (%), connections", "Last log lines"]),
        ("worker-only", "worker", ["CPU of instances (%)", "Last log lines"]),
    ],
)  # fmt: skip
def test_the_dashboard_shows_what_the_service_has(name: str, part: str, titles: list[str]) -> None:
    body = of_type(rendered(CASES[name])[part], "CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]
    text, variables = body["Fn::Sub"]
    widgets = json.loads(text)["widgets"]
    assert [widget["properties"]["title"] for widget in widgets] == titles
    assert all(f"${{{variable}}}" in text for variable in variables)
    places = {(widget["x"], widget["y"]) for widget in widgets}
    assert len(places) == len(widgets)
