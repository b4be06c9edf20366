"""A team's own VPC: released into, grown up, gone back from and left as it was found, with users all the while.

`local` has a network of its own whatever the spec says, so the local cloud stands in for AWS here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from scenario.counted_app import CountedApp
from scenario.terminal import Terminal, ask
from scenario.users import Users

pytestmark = [pytest.mark.slow, pytest.mark.proof]
STAGING = ("-e", "staging")
STATE = "s3://acme-hivemind/team"


def test_a_vpc_of_ones_own_carries_every_transition_and_stays(
    hivemind: Terminal, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    hivemind("emulator", "start", "--runtimes", "nearest")
    endpoint = hivemind.emulator()["endpoint"]
    own, person = OwnNetwork(endpoint), Terminal(tmp_path / "home", endpoint)
    before = own.stands()
    app = CountedApp(tmp_path / "app", tmp_path / "migrations")

    written(app, own, "one")
    assert person("bootstrap", app.folder, *STAGING, "--yes").code == 0
    said = person("apply", app.folder, *STAGING, "--yes")
    assert said.code == 0, said.out + said.err
    assert "AWS::EC2::VPC" not in said.out
    url = said.last_line.removeprefix("URL: ")
    assert own.holds_instances(own.private)

    with Users(url) as users:
        written(app, own, "two")
        assert person("apply", app.folder, *STAGING, "--yes").code == 0
        assert ask(url) == (200, "two\n")
        assert person("rollback", app.folder, *STAGING, "--yes").code == 0
        assert ask(url) == (200, "one\n")
        written(app, own, "one", stage="production", instances=2)
        said = person("apply", app.folder, *STAGING, "--yes")
        assert said.code == 0, said.out + said.err
    assert not own.holds_instances(own.public)
    assert users.result.failed == 0, users.result.outcomes

    said = person("destroy", app.folder, *STAGING, "--yes")
    assert said.code == 0, said.out + said.err
    assert own.stands() == before
    record_property("proved", f"own VPC: 0 of {users.result.requests} requests failed, and it stands as before")


def written(app: CountedApp, own: OwnNetwork, release: str, **changed: Any) -> None:
    app.write(release, **changed)
    spec = app.folder / "hivemind.yaml"
    text = spec.read_text().replace("  local:\n", f"  staging:\n    state: {STATE}\n")
    spec.write_text(text.replace("    emulator: {runtimes: nearest}\n", own.spec()))


class OwnNetwork:
    """A VPC in two zones, made by hand: public subnets, and private ones behind a NAT gateway."""

    def __init__(self, endpoint: str) -> None:
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        self.ec2: Any = boto3.client("ec2", "us-east-1", endpoint_url=endpoint, **keys)  # type: ignore[call-overload]
        self.vpc = self.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        for switch in ("EnableDnsSupport", "EnableDnsHostnames"):
            self.ec2.modify_vpc_attribute(VpcId=self.vpc, **{switch: {"Value": True}})
        self.public = [self._subnet(0, "a"), self._subnet(1, "b")]
        self.private = [self._subnet(2, "a"), self._subnet(3, "b")]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        self._routed(self.public, GatewayId=gateway)
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        made = self.ec2.create_nat_gateway(SubnetId=self.public[0], AllocationId=address)["NatGateway"]
        self._routed(self.private, NatGatewayId=made["NatGatewayId"])

    def spec(self) -> str:
        subnets = f"{{public: [{', '.join(self.public)}], private: [{', '.join(self.private)}]}}"
        return f"network: {{vpc: {self.vpc}, subnets: {subnets}}}\n"

    def holds_instances(self, subnets: list[str]) -> bool:
        alive = [
            {"Name": "subnet-id", "Values": subnets},
            {"Name": "instance-state-name", "Values": ["pending", "running"]},
        ]
        return bool(self.ec2.describe_instances(Filters=alive)["Reservations"])

    def stands(self) -> dict[str, list[str]]:
        """Everything that the VPC consists of, by id."""
        here = [{"Name": "vpc-id", "Values": [self.vpc]}]
        tables = self.ec2.describe_route_tables(Filters=here)["RouteTables"]
        return {
            "subnets": sorted(each["SubnetId"] for each in self.ec2.describe_subnets(Filters=here)["Subnets"]),
            "groups": sorted(
                each["GroupId"] for each in self.ec2.describe_security_groups(Filters=here)["SecurityGroups"]
            ),
            "routes": sorted(
                f"{table['RouteTableId']} {route.get('DestinationCidrBlock', '')}"
                for table in tables
                for route in table["Routes"]
            ),
            "endpoints": sorted(
                each["VpcEndpointId"]
                for each in self.ec2.describe_vpc_endpoints(Filters=here)["VpcEndpoints"]
                if each["State"] != "deleted"
            ),
        }

    def _subnet(self, number: int, zone: str) -> str:
        made = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock=f"10.7.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
        )
        return str(made["Subnet"]["SubnetId"])

    def _routed(self, subnets: list[str], **target: str) -> None:
        table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
