"""HTTPS listeners, attributes and limits through boto3: what is accepted, what the data plane gets, what is refused."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.config import Config
from unit.emulator.balancer.balancer_world import World, refused

from hivemind.emulator.balancer.certificates import names_in
from hivemind.emulator.balancer.config import Redirect, Stickiness, Tls
from tests.fakes.certificates import self_signed

pytestmark = [pytest.mark.slow, pytest.mark.proof]
POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


class Authority:
    """Certificates in ACM and IAM."""

    def __init__(self) -> None:
        self.acm = boto3.client("acm", region_name="us-east-1")
        self.iam = boto3.client("iam", region_name="us-east-1")

    def imported(self, *names: str) -> str:
        made = self_signed(*names)
        return str(self.acm.import_certificate(Certificate=made.body, PrivateKey=made.key)["CertificateArn"])

    def requested(self, *names: str, issued: bool = True) -> str:
        arn = str(self.acm.request_certificate(DomainName=names[0], SubjectAlternativeNames=names)["CertificateArn"])
        if issued:
            from moto.acm.models import acm_backends

            next(iter(acm_backends.values()))["us-east-1"]._certificates[arn].status = "ISSUED"
        return arn

    def uploaded(self, *names: str) -> str:
        made = self_signed(*names)
        answer = self.iam.upload_server_certificate(
            ServerCertificateName=names[0].replace(".", "-"), CertificateBody=made.body, PrivateKey=made.key
        )
        return str(answer["ServerCertificateMetadata"]["Arn"])


@pytest.fixture
def authority(world: World) -> Authority:
    return Authority()


def secure(world: World, *certificates: str, port: int = 443, **extra: Any) -> str:
    made = world.elb.create_listener(
        LoadBalancerArn=world.lb,
        Protocol="HTTPS",
        Port=port,
        Certificates=[{"CertificateArn": arn} for arn in certificates],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": world.blue}],
        **extra,
    )
    return str(made["Listeners"][0]["ListenerArn"])


def tls(world: World) -> Tls:
    found = next(one.tls for one in world.balancer.config.listeners if one.tls)
    assert found is not None
    return found


class TestListeners:
    def test_every_source_of_certificates(self, world: World, authority: Authority) -> None:
        sources = (authority.imported, authority.requested, authority.uploaded)
        for port, source in enumerate(sources, start=1000):
            listener = secure(world, source("shop.test", "www.shop.test"), port=port, SslPolicy=POLICY)
            (certificate,) = tls(world).certificates
            assert set(certificate.names) == {"shop.test", "www.shop.test"}
            assert certificate.pem.count("PRIVATE KEY-----") == 2
            assert (tls(world).oldest, tls(world).newest) == ("TLSv1.2", "TLSv1.3")
            world.elb.delete_listener(ListenerArn=listener)

    def test_a_requested_certificate_can_be_trusted(self, world: World, authority: Authority) -> None:
        arn = authority.requested("shop.test")
        secure(world, arn)

        shown = authority.acm.get_certificate(CertificateArn=arn)["Certificate"]

        assert shown.strip() in tls(world).certificates[0].pem
        assert names_in(shown) == ("shop.test",)

    def test_http_and_https_share_the_port_of_the_dns_name(self, world: World, authority: Authority) -> None:
        world.listener(80)
        secure(world, authority.imported("shop.test"))
        world.listener(8080)

        http, https, other = world.balancer.config.listeners
        name = world.elb.describe_load_balancers()["LoadBalancers"][0]["DNSName"]
        assert name == f"127.0.0.1:{http.port}" == f"127.0.0.1:{https.port}"
        assert other.port != http.port

    def test_a_redirect_leads_there(self, world: World, authority: Authority) -> None:
        listener = world.listener(80)
        secure(world, authority.imported("shop.test"))
        to_https = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}

        to_https["RedirectConfig"]["Port"] = "443"  # type: ignore[index]
        world.elb.modify_listener(ListenerArn=listener, DefaultActions=[to_https])
        port = world.balancer.config.listeners[0].port
        assert world.rules[0].action == Redirect(301, protocol="HTTPS", port=str(port))

        del to_https["RedirectConfig"]["Port"]  # type: ignore[attr-defined]
        world.elb.modify_listener(ListenerArn=listener, DefaultActions=[to_https])
        assert world.rules[0].action == Redirect(301, protocol="HTTPS", port="80"), "as on AWS, where nobody is there"

    def test_additional_certificates(self, world: World, authority: Authority) -> None:
        default, second, third = (authority.imported(name) for name in ("a.test", "b.test", "c.test"))
        listener = secure(world, default)
        world.elb.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": second}])
        assert [one.names for one in tls(world).certificates] == [("a.test",), ("b.test",)]

        world.elb.modify_listener(ListenerArn=listener, Certificates=[{"CertificateArn": third}])
        assert [one.names for one in tls(world).certificates] == [("c.test",), ("b.test",)]

        world.elb.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": second}])
        assert [one.names for one in tls(world).certificates] == [("c.test",)]
        with refused("OperationNotPermitted"):
            world.elb.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": third}])

    def test_a_listener_changes_its_protocol(self, world: World, authority: Authority) -> None:
        listener = world.listener(443)
        arn = authority.imported("shop.test")

        world.elb.modify_listener(ListenerArn=listener, Protocol="HTTPS", Certificates=[{"CertificateArn": arn}])
        assert world.balancer.config.listeners[0].scheme == "https"

        world.elb.modify_listener(ListenerArn=listener, Protocol="HTTP")
        assert world.balancer.config.listeners[0].scheme == "http"


class TestRefusedListeners:
    # AWS answers so; botocore's model of elbv2 does not list it.
    @pytest.mark.filterwarnings("ignore:.*UnsupportedCertificate:UserWarning")
    def test_certificates_that_cannot_be_had(self, world: World, authority: Authority) -> None:
        pending = authority.requested("shop.test", issued=False)
        unknown = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
        for arns, code in (((), "ValidationError"), ((unknown,), "CertificateNotFound"),
                           ((pending,), "UnsupportedCertificate")):  # fmt: skip
            with refused(code):
                secure(world, *arns)
        listener = world.listener(80)
        with refused("ValidationError"):
            world.elb.modify_listener(ListenerArn=listener, Protocol="HTTPS")
        with refused("ValidationError"):
            world.elb.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": pending}])
        assert [one.tls for one in world.balancer.config.listeners] == [None]

    def test_unknown_policies(self, world: World, authority: Authority) -> None:
        arn = authority.imported("shop.test")
        with refused("SSLPolicyNotFound"):
            secure(world, arn, SslPolicy="ELBSecurityPolicy-Best")
        listener = secure(world, arn)
        with refused("SSLPolicyNotFound"):
            world.elb.modify_listener(ListenerArn=listener, SslPolicy="ELBSecurityPolicy-Best")


class TestAttributes:
    def group(self, world: World, **attributes: str) -> None:
        rows = [{"Key": key.replace("__", "."), "Value": value} for key, value in attributes.items()]
        world.elb.modify_target_group_attributes(TargetGroupArn=world.blue, Attributes=rows)

    def test_stickiness_reaches_the_data_plane(self, world: World) -> None:
        self.group(world, stickiness__enabled="true")
        assert world.blue_group.stickiness == Stickiness(86400)

        self.group(world, stickiness__type="app_cookie", stickiness__app_cookie__cookie_name="session")
        assert world.blue_group.stickiness == Stickiness(86400, "session")

        self.group(world, load_balancing__algorithm__type="least_outstanding_requests", stickiness__enabled="false")
        assert (world.blue_group.stickiness, world.blue_group.algorithm) == (None, "least_outstanding_requests")

    @pytest.mark.parametrize(
        "key, value, words",
        [
            ("stickiness.lb_cookie.duration_seconds", "0", "between '1-604800'"),
            ("stickiness.app_cookie.cookie_name", "AWSALBMINE", "reserved"),
            ("slow_start.duration_seconds", "30", "no slow start"),
            ("slow_start.duration_seconds", "5", "between '30-900'"),
            ("load_balancing.algorithm.type", "weighted_random", "not rehearsed"),
            ("load_balancing.algorithm.type", "best", "must be one of"),
            ("deregistration_delay.timeout_seconds", "3601", "between '0-3600'"),
            ("stickiness.colour", "blue", "is not recognized"),
        ],
    )
    def test_target_groups(self, world: World, key: str, value: str, words: str) -> None:
        with refused("ValidationError", words):
            self.group(world, **{key: value})

    @pytest.mark.parametrize(
        "key, value, words",
        [
            ("idle_timeout.timeout_seconds", "0", "between '1-4000'"),
            ("client_keep_alive.seconds", "59", "between '60-604800'"),
            ("access_logs.s3.enabled", "true", "no access logs"),
            ("routing.http.xff_client_port.enabled", "true", "addresses only"),
            ("routing.http.xff_header_processing.mode", "drop", "must be one of"),
            ("routing.http.colour", "blue", "is not recognized"),
        ],
    )
    def test_load_balancers(self, world: World, key: str, value: str, words: str) -> None:
        with refused("ValidationError", words):
            world.elb.modify_load_balancer_attributes(
                LoadBalancerArn=world.lb, Attributes=[{"Key": key, "Value": value}]
            )

    def test_a_target_s_stickiness_needs_its_group_s(self, world: World) -> None:
        groups = [{"TargetGroupArn": arn, "Weight": 1} for arn in (world.blue, world.group("green"))]
        free = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
        sticky = {"Enabled": True, "DurationSeconds": 60}
        bound = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups, "TargetGroupStickinessConfig": sticky}}
        listener = world.listener()
        world.elb.modify_listener(ListenerArn=listener, DefaultActions=[free])
        with refused("InvalidConfigurationRequest", "group stickiness disabled"):
            self.group(world, stickiness__enabled="true")

        world.elb.modify_listener(ListenerArn=listener, DefaultActions=[bound])
        self.group(world, stickiness__enabled="true")
        assert world.rules[0].action.sticky_seconds == 60  # type: ignore[union-attr]
        with refused("InvalidLoadBalancerAction", "enable group stickiness"):
            world.elb.modify_listener(ListenerArn=listener, DefaultActions=[free])
        del sticky["DurationSeconds"]
        with refused("ValidationError", "604800"):
            world.elb.modify_listener(ListenerArn=listener, DefaultActions=[bound])


@pytest.mark.parametrize(
    "change, words",
    [
        ({"HealthCheckIntervalSeconds": 4}, "between '5' and '300'"),
        ({"HealthCheckTimeoutSeconds": 121}, "between '2' and '120'"),
        ({"HealthCheckTimeoutSeconds": 30}, "smaller than the interval"),
        ({"HealthyThresholdCount": 1}, "between '2' and '10'"),
        ({"UnhealthyThresholdCount": 11}, "between '2' and '10'"),
        ({"Matcher": {"HttpCode": "200-500"}}, "200-499"),
        ({"HealthCheckProtocol": "HTTPS"}, "over HTTP only"),
        ({"HealthCheckPort": "9000"}, "traffic port only"),
    ],
)
def test_health_checks_out_of_range(world: World, change: dict[str, Any], words: str) -> None:
    elb = boto3.client("elbv2", region_name="us-east-1", config=Config(parameter_validation=False))
    with refused("ValidationError", words):
        elb.create_target_group(Name="g", Protocol="HTTP", Port=80, VpcId=world.vpc, **change)
    with refused("ValidationError", words):
        elb.modify_target_group(TargetGroupArn=world.blue, **change)
