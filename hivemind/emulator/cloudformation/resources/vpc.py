"""Networks: VPC, internet gateway and its attachment, subnets."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import retag_ec2, specifications


class Vpc(Handler):
    """AWS::EC2::VPC."""

    type = "AWS::EC2::VPC"
    honours = words("CidrBlock EnableDnsHostnames EnableDnsSupport InstanceTenancy Tags")
    offers = words("VpcId CidrBlock DefaultSecurityGroup DefaultNetworkAcl")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        asked = wanted.pick("CidrBlock", "InstanceTenancy")
        return str(cloud.call("ec2", "create_vpc", **asked, **specifications("vpc", wanted))["Vpc"]["VpcId"])

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for name in ("EnableDnsSupport", "EnableDnsHostnames"):
            if wanted.get(name) is not None:
                cloud.call("ec2", "modify_vpc_attribute", VpcId=physical_id, **{name: {"Value": wanted[name]}})

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        mine = [{"Name": "vpc-id", "Values": [physical_id]}]
        default_group = [*mine, {"Name": "group-name", "Values": ["default"]}]
        groups = cloud.call("ec2", "describe_security_groups", Filters=default_group)["SecurityGroups"]
        acls = cloud.call("ec2", "describe_network_acls", Filters=mine)["NetworkAcls"]
        return {
            "VpcId": physical_id,
            "CidrBlock": wanted["CidrBlock"],
            "DefaultSecurityGroup": groups[0]["GroupId"],
            "DefaultNetworkAcl": next(acl["NetworkAclId"] for acl in acls if acl["IsDefault"]),
        }

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self.configure(cloud, physical_id, Wanted(after.stack, after.logical_id, _DNS_DEFAULTS | {**after.properties}))
        retag_ec2(cloud, physical_id, before, after)

    def replaces(self, before: Wanted, after: Wanted) -> bool:
        return after.changes(before, "InstanceTenancy") and after.get("InstanceTenancy", "default") != "default"

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_vpc", VpcId=physical_id)


_DNS_DEFAULTS = {"EnableDnsSupport": True, "EnableDnsHostnames": False}


class InternetGateway(Handler):
    """AWS::EC2::InternetGateway."""

    type = "AWS::EC2::InternetGateway"
    honours = words("Tags")
    offers = words("InternetGatewayId")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        answer = cloud.call("ec2", "create_internet_gateway", **specifications("internet-gateway", wanted))
        return str(answer["InternetGateway"]["InternetGatewayId"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"InternetGatewayId": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        retag_ec2(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_internet_gateway", InternetGatewayId=physical_id)


class GatewayAttachment(Handler):
    """AWS::EC2::VPCGatewayAttachment, of internet gateways."""

    type = "AWS::EC2::VPCGatewayAttachment"
    honours = words("InternetGatewayId VpcId")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        mine = [{"Name": "attachment.vpc-id", "Values": [wanted["VpcId"]]}]
        if cloud.call("ec2", "describe_internet_gateways", Filters=mine)["InternetGateways"]:
            raise Refusal(
                f"Network {wanted['VpcId']} already has an internet gateway attached", code="Resource.AlreadyAssociated"
            )
        cloud.call("ec2", "attach_internet_gateway", **wanted.pick("InternetGatewayId", "VpcId"))
        return f"IGW|{wanted['VpcId']}"

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        for gateway in {before["InternetGatewayId"], after["InternetGatewayId"]}:
            mine = {"InternetGatewayId": gateway, "VpcId": after["VpcId"]}
            found = cloud.call("ec2", "describe_internet_gateways", InternetGatewayIds=[gateway])
            attached = any(each["VpcId"] == after["VpcId"] for each in found["InternetGateways"][0]["Attachments"])
            if attached and gateway != after["InternetGatewayId"]:
                cloud.call("ec2", "detach_internet_gateway", **mine)
            elif not attached and gateway == after["InternetGatewayId"]:
                cloud.call("ec2", "attach_internet_gateway", **mine)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "detach_internet_gateway", **wanted.pick("InternetGatewayId", "VpcId"))


class Subnet(Handler):
    """AWS::EC2::Subnet."""

    type = "AWS::EC2::Subnet"
    honours = words("VpcId CidrBlock AvailabilityZone MapPublicIpOnLaunch Tags")
    offers = words("SubnetId AvailabilityZone VpcId")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        asked = wanted.pick("VpcId", "CidrBlock", "AvailabilityZone")
        return str(
            cloud.call("ec2", "create_subnet", **asked, **specifications("subnet", wanted))["Subnet"]["SubnetId"]
        )

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        if wanted.get("MapPublicIpOnLaunch") is not None:
            public = {"Value": wanted["MapPublicIpOnLaunch"]}
            cloud.call("ec2", "modify_subnet_attribute", SubnetId=physical_id, MapPublicIpOnLaunch=public)

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        live = cloud.call("ec2", "describe_subnets", SubnetIds=[physical_id])["Subnets"][0]
        return {name: live[name] for name in self.offers}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        public = {"Value": after.get("MapPublicIpOnLaunch", False)}
        cloud.call("ec2", "modify_subnet_attribute", SubnetId=physical_id, MapPublicIpOnLaunch=public)
        retag_ec2(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ec2", "delete_subnet", SubnetId=physical_id)
