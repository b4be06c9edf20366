"""HTTPS on the local cloud as CloudFormation makes it: the listeners of a production template, and the way to them."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.fakes.certificates import self_signed
from tests.scenario.emulator_cloud import Cloud, eventually, running

pytestmark = [pytest.mark.slow, pytest.mark.proof]
RENDERED = Path(__file__).parents[1] / "golden/render/production-https/foundation.yaml"
NETWORK = """
Parameters:
  Certificate: {Type: String}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  One: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a}}
  Two: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1b}}
  LoadBalancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Subnets: [!Ref One, !Ref Two]}
Outputs:
  Url: {Value: !Sub "https://${LoadBalancer.DNSName}"}
"""


def balancer_part() -> str:
    """A template with the two listeners that HiveMind renders for production, but for the certificate's ARN."""
    listeners = re.findall(r"^  Https?Listener:\n(?:   .*\n)+", RENDERED.read_text(), re.MULTILINE)
    assert len(listeners) == 2
    rendered = re.sub(r"CertificateArn: .*", "CertificateArn: !Ref Certificate", "".join(listeners))
    return NETWORK.replace("Outputs:\n", f"{rendered}Outputs:\n")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud") / "home") as cloud:
        yield cloud


def settled(cloud: Cloud, name: str) -> dict[str, str]:
    """The outputs of a stack that has come to its end, and its status."""
    api = cloud.client("cloudformation")

    def look() -> dict[str, str] | None:
        stack = api.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"].endswith("_IN_PROGRESS"):
            return None
        outputs = {row["OutputKey"]: row["OutputValue"] for row in stack.get("Outputs", ())}
        return {"status": stack["StackStatus"], **outputs}

    return eventually(look, 60) or {}


def create(cloud: Cloud, name: str, certificate: str) -> dict[str, str]:
    cloud.client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=balancer_part(),
        Parameters=[{"ParameterKey": "Certificate", "ParameterValue": certificate}],
    )
    return settled(cloud, name)


def test_the_listeners_of_production_with_an_imported_certificate(cloud: Cloud) -> None:
    made = self_signed("shop.test")
    arn = cloud.client("acm").import_certificate(Certificate=made.body, PrivateKey=made.key)["CertificateArn"]
    stack = create(cloud, "imported", arn)
    assert stack["status"] == "CREATE_COMPLETE"
    address = urlsplit(stack["Url"]).netloc

    plain = http.client.HTTPConnection(address, timeout=5)
    plain.request("GET", "/a?b=c", headers={"Host": "shop.test"})
    moved = plain.getresponse()
    port = address.partition(":")[2]
    assert (moved.status, moved.headers["Location"]) == (301, f"https://shop.test:{port}/a?b=c")
    plain.close()
    assert served(address, ssl.create_default_context(cadata=made.body), "shop.test") == (
        404,
        "Nothing is deployed here.",
    )


def test_a_requested_certificate_is_issued_after_a_while_and_can_be_trusted(cloud: Cloud) -> None:
    acm = cloud.client("acm")
    arn = acm.request_certificate(DomainName="shop.test")["CertificateArn"]
    stack = create(cloud, "pending", arn)
    assert stack["status"] == "ROLLBACK_COMPLETE", "a certificate that is not issued cannot be had"
    eventually(lambda: acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED")

    stack = create(cloud, "requested", arn)
    assert stack["status"] == "CREATE_COMPLETE"
    trusted = ssl.create_default_context(cadata=acm.get_certificate(CertificateArn=arn)["Certificate"])
    assert served(urlsplit(stack["Url"]).netloc, trusted, "shop.test")[0] == 404


def test_a_certificate_of_nobody_s(cloud: Cloud) -> None:
    stack = create(cloud, "unknown", "arn:aws:acm:us-east-1:123456789012:certificate/" + "0" * 36)
    assert stack["status"] == "ROLLBACK_COMPLETE"


def served(address: str, trusted: ssl.SSLContext, name: str) -> tuple[int, str]:
    """The status and body of one GET over TLS, to a server that must prove to be `name`."""
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), 5) as raw, trusted.wrap_socket(raw, server_hostname=name) as tls:
        tls.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        head, _, body = b"".join(iter(lambda: tls.recv(65536), b"")).decode().partition("\r\n\r\n")
    return int(head.split(" ")[1]), body
