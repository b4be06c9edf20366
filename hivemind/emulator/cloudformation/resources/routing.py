"""Ways out of a subnet: route tables, routes, associations, addresses, NAT gateways, endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import retag_ec2, specifications


class RouteTable(Handler):
    """AWS::EC2::RouteTable."""

    type = "AWS::EC2::RouteTable"
    honours = words("VpcId Tags")
    offers = words("RouteTableId")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        answer = cloud.call("ec2", "create_route_table", VpcId=wanted["VpcId"], **specifications("route-table", wanted))
        return str(answer["RouteTable"]["RouteTableId"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"RouteTableId": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        retag_ec2(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_route_table", RouteTableId=physical_id)


class Route(Handler):
    """AWS::EC2::Route; the physical id is `table|destination`."""

    type = "AWS::EC2::Route"
    honours = words("RouteTableId DestinationCidrBlock GatewayId NatGatewayId InstanceId")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        table, destination = wanted["RouteTableId"], wanted["DestinationCidrBlock"]
        live = cloud.call("ec2", "describe_route_tables", RouteTableIds=[table])["RouteTables"][0]["Routes"]
        if any(route.get("DestinationCidrBlock") == destination for route in live):
            raise Refusal(f"The route identified by {destination} already exists.", code="RouteAlreadyExists")
        cloud.call("ec2", "create_route", **wanted.properties)
        return f"{table}|{destination}"

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        cloud.call("ec2", "replace_route", **after.properties)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_route", **wanted.pick("RouteTableId", "DestinationCidrBlock"))


class RouteTableAssociation(Handler):
    """AWS::EC2::SubnetRouteTableAssociation."""

    type = "AWS::EC2::SubnetRouteTableAssociation"
    honours = words("SubnetId RouteTableId")
    offers = words("Id")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        mine = [{"Name": "association.subnet-id", "Values": [wanted["SubnetId"]]}]
        if cloud.call("ec2", "describe_route_tables", Filters=mine)["RouteTables"]:  # moto would hand out what is there
            raise Refusal(
                f"the specified association for route table {wanted['RouteTableId']} conflicts with an existing "
                f"association of {wanted['SubnetId']}",
                code="Resource.AlreadyAssociated",
            )
        return str(cloud.call("ec2", "associate_route_table", **wanted.properties)["AssociationId"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Id": physical_id}

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "disassociate_route_table", AssociationId=physical_id)


class ElasticAddress(Handler):
    """AWS::EC2::EIP, for the use of others: `Ref` is the address itself."""

    type = "AWS::EC2::EIP"
    honours = words("Domain Tags")
    offers = words("AllocationId PublicIp")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        answer = cloud.call("ec2", "allocate_address", Domain="vpc", **specifications("elastic-ip", wanted))
        return str(answer["PublicIp"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"PublicIp": physical_id, "AllocationId": self._allocation(cloud, physical_id)}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        retag_ec2(cloud, self._allocation(cloud, physical_id), before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "release_address", AllocationId=self._allocation(cloud, physical_id))

    def _allocation(self, cloud: Cloud, address: str) -> str:
        return str(cloud.call("ec2", "describe_addresses", PublicIps=[address])["Addresses"][0]["AllocationId"])


class NatGateway(Handler):
    """AWS::EC2::NatGateway."""

    type = "AWS::EC2::NatGateway"
    honours = words("AllocationId SubnetId ConnectivityType Tags")
    offers = words("NatGatewayId")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        asked = wanted.pick("AllocationId", "SubnetId", "ConnectivityType")
        answer = cloud.call("ec2", "create_nat_gateway", **asked, **specifications("natgateway", wanted))
        return str(answer["NatGateway"]["NatGatewayId"])

    def ready(self, cloud: Cloud, physical_id: str) -> bool:
        state = self._state(cloud, physical_id)
        if state == "failed":
            raise Refusal(f"NatGateway {physical_id} is in state failed and hence failed to stabilize.")
        return state == "available"

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"NatGatewayId": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        retag_ec2(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_nat_gateway", NatGatewayId=physical_id)

    def gone(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> bool:
        return self._state(cloud, physical_id) in ("deleted", "")

    def _state(self, cloud: Cloud, physical_id: str) -> str:
        mine = [{"Name": "nat-gateway-id", "Values": [physical_id]}]
        found = cloud.call("ec2", "describe_nat_gateways", Filter=mine)["NatGateways"]
        return str(found[0]["State"]) if found else ""


class VpcEndpoint(Handler):
    """AWS::EC2::VPCEndpoint."""

    type = "AWS::EC2::VPCEndpoint"
    honours = words(
        "VpcId ServiceName VpcEndpointType RouteTableIds SubnetIds SecurityGroupIds PolicyDocument PrivateDnsEnabled "
        "Tags"
    )
    offers = words("Id")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        asked = {"VpcEndpointType": "Gateway", **wanted.without("Tags", "PolicyDocument")}  # moto has no default
        answer = cloud.call(
            "ec2", "create_vpc_endpoint", **asked, **_policy(wanted), **specifications("vpc-endpoint", wanted)
        )
        return str(answer["VpcEndpoint"]["VpcEndpointId"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Id": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        live = cloud.call("ec2", "describe_vpc_endpoints", VpcEndpointIds=[physical_id])["VpcEndpoints"][0]
        present = {**live, "SecurityGroupIds": [group["GroupId"] for group in live.get("Groups", ())]}
        asked: dict[str, Any] = {**_policy(after), **after.pick("PrivateDnsEnabled")}
        for name in ("RouteTableIds", "SubnetIds", "SecurityGroupIds"):
            now, then = set(present.get(name) or ()), set(after.get(name) or ())
            asked |= {f"Add{name}": sorted(then - now)} if then - now else {}
            asked |= {f"Remove{name}": sorted(now - then)} if now - then else {}
        cloud.call("ec2", "modify_vpc_endpoint", VpcEndpointId=physical_id, **asked)
        retag_ec2(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_vpc_endpoints", VpcEndpointIds=[physical_id])


def _policy(wanted: Wanted) -> dict[str, str]:
    import json

    document = wanted.get("PolicyDocument")
    return (
        {} if document is None else {"PolicyDocument": document if isinstance(document, str) else json.dumps(document)}
    )
