"""Networks, subnets, security groups and ways out."""

from __future__ import annotations

from tests.scenario.failures.acts import (
    DELETED,
    NOT_DELETED,
    Account,
    ByHand,
    Case,
    Delete,
    Failed,
    PutRight,
    Undo,
    created,
    creation_undone,
    not_deleted,
    update_undone,
)
from tests.scenario.failures.templates import NETWORK, VPC, resource, stack, subnet

GROUP = "{GroupDescription: d, VpcId: !Ref Vpc, GroupName: %s}"
GATEWAY = (
    resource("Gateway", "EC2::InternetGateway"),
    resource("Attached", "EC2::VPCGatewayAttachment", "{InternetGatewayId: !Ref Gateway, VpcId: !Ref Vpc}"),
)
TABLE = resource("Table", "EC2::RouteTable", "{VpcId: !Ref Vpc}")


def _a_group_in_the_network(account: Account) -> Undo:
    ec2 = account.client("ec2")
    group = ec2.create_security_group(GroupName="other", Description="d", VpcId=account.physical("Vpc"))["GroupId"]
    return lambda: ec2.delete_security_group(GroupId=group)


def _an_interface_in_the_subnet(account: Account) -> Undo:
    ec2 = account.client("ec2")
    made = ec2.create_network_interface(SubnetId=account.physical("SubnetA"))["NetworkInterface"]
    return lambda: ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])


def _a_group_that_admits_ours(account: Account) -> Undo:
    ec2 = account.client("ec2")
    other = ec2.create_security_group(GroupName="other", Description="d", VpcId=account.physical("Vpc"))["GroupId"]
    ours = [{"GroupId": account.physical("Group")}]
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": ours}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    return lambda: ec2.delete_security_group(GroupId=other)


def _a_nat_gateway_in_the_subnet(account: Account) -> Undo:
    ec2 = account.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    asked = {"SubnetId": account.physical("SubnetA"), "AllocationId": address}
    gateway = ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"]

    def undo() -> None:
        ec2.delete_nat_gateway(NatGatewayId=gateway)
        ec2.release_address(AllocationId=address)

    return undo


def _a_route_of_ones_own(account: Account) -> Undo:
    ec2, table = account.client("ec2"), account.physical("Table")
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
    ec2.create_route(**route, GatewayId=account.physical("Gateway"))
    return lambda: ec2.delete_route(**route)


def _our_table_for_another_subnet(account: Account) -> Undo:
    ec2 = account.client("ec2")
    asked = {"RouteTableId": account.physical("Table"), "SubnetId": account.physical("SubnetB")}
    association = ec2.associate_route_table(**asked)["AssociationId"]
    return lambda: ec2.disassociate_route_table(AssociationId=association)


def _a_nat_gateway_with_our_address(account: Account) -> Undo:
    ec2 = account.client("ec2")
    somewhere = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    [address] = ec2.describe_addresses(PublicIps=[account.physical("Address")])["Addresses"]
    asked = {"SubnetId": somewhere, "AllocationId": address["AllocationId"]}
    gateway = ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"]
    return lambda: ec2.delete_nat_gateway(NatGatewayId=gateway)


_ROUTE = "{RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: %s}"
_ASSOCIATED = "{SubnetId: !Ref SubnetA, RouteTableId: !Ref %s}"

CASES = (
    Case(
        "vpc-range-too-large",
        creation_undone(
            stack(resource("Vpc", "EC2::VPC", "{CidrBlock: 10.0.0.0/8}")), "Vpc", "The CIDR '10.0.0.0/8' is invalid."
        ),
    ),
    Case(
        "vpc-with-dependents-at-delete",
        created(stack(VPC)),
        ByHand(_a_group_in_the_network),
        not_deleted("Vpc", "has dependencies and cannot be deleted."),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "subnet-overlapping",
        creation_undone(
            stack(VPC, subnet("SubnetA", 0), subnet("Twin", 0, DependsOn="SubnetA")),
            "Twin",
            "The CIDR '10.1.0.0/24' conflicts with another subnet",
        ),
    ),
    Case(
        "subnet-outside-the-network",
        creation_undone(
            stack(VPC, resource("Far", "EC2::Subnet", "{VpcId: !Ref Vpc, CidrBlock: 10.9.0.0/24}")),
            "Far",
            "The CIDR '10.9.0.0/24' is invalid.",
        ),
    ),
    Case(
        "subnet-whose-replacement-overlaps",
        created(stack(*NETWORK)),
        update_undone(
            stack(VPC, subnet("SubnetA", 1), subnet("SubnetB", 1, "us-east-1b")),
            "SubnetA",
            "conflicts with another subnet",
        ),
    ),
    Case(
        "subnet-in-use-at-delete",
        created(stack(*NETWORK)),
        ByHand(_an_interface_in_the_subnet),
        not_deleted("SubnetA", "has dependencies and cannot be deleted."),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "security-group-name-taken",
        creation_undone(
            stack(
                VPC,
                resource("Group", "EC2::SecurityGroup", GROUP % "mine"),
                resource("Twin", "EC2::SecurityGroup", GROUP % "mine", DependsOn="Group"),
            ),
            "Twin",
            "already exists",
        ),
    ),
    Case(
        "security-group-admits-one-that-is-not-there-at-update",
        created(stack(VPC, resource("Group", "EC2::SecurityGroup", GROUP % "mine"))),
        update_undone(
            stack(
                VPC,
                resource(
                    "Group",
                    "EC2::SecurityGroup",
                    "{GroupDescription: d, VpcId: !Ref Vpc, GroupName: mine, SecurityGroupIngress: [{IpProtocol: tcp, "
                    "FromPort: 1, ToPort: 1, SourceSecurityGroupId: sg-0123456789abcdef0}]}",
                ),
            ),
            "Group",
            "'sg-0123456789abcdef0' does not exist",
        ),
    ),
    Case(
        "security-group-in-use-at-delete",
        created(stack(VPC, resource("Group", "EC2::SecurityGroup", GROUP % "mine"))),
        ByHand(_a_group_that_admits_ours),
        not_deleted("Group", "has a dependent object"),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "second-gateway-of-a-network",
        creation_undone(
            stack(
                VPC,
                *GATEWAY,
                resource("Spare", "EC2::InternetGateway"),
                resource(
                    "Also",
                    "EC2::VPCGatewayAttachment",
                    "{InternetGatewayId: !Ref Spare, VpcId: !Ref Vpc}",
                    DependsOn="Attached",
                ),
            ),
            "Also",
            "already has an internet gateway attached",
        ),
    ),
    Case(
        "gateway-of-mapped-addresses-at-delete",
        created(stack(*NETWORK, *GATEWAY)),
        ByHand(_a_nat_gateway_in_the_subnet),
        Delete(
            NOT_DELETED,
            (
                Failed("Attached", "DELETE_FAILED", "has some mapped public address(es)"),
                Failed("SubnetA", "DELETE_FAILED", "has dependencies and cannot be deleted."),
            ),
        ),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "route-to-no-gateway",
        creation_undone(
            stack(VPC, TABLE, resource("Route", "EC2::Route", _ROUTE % "igw-0123456789abcdef0")),
            "Route",
            "does not exist",
        ),
    ),
    Case(
        "route-taken-at-update",
        created(stack(VPC, *GATEWAY, TABLE)),
        ByHand(_a_route_of_ones_own),
        update_undone(
            stack(VPC, *GATEWAY, TABLE, resource("Route", "EC2::Route", _ROUTE % "!Ref Gateway")),
            "Route",
            "already exists",
            "CREATE_FAILED",
        ),
    ),
    Case(
        "route-table-in-use-at-delete",
        created(stack(*NETWORK, TABLE)),
        ByHand(_our_table_for_another_subnet),
        not_deleted("Table", "has dependencies and cannot be deleted."),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "second-route-table-of-a-subnet",
        creation_undone(
            stack(
                *NETWORK,
                TABLE,
                resource("Other", "EC2::RouteTable", "{VpcId: !Ref Vpc}"),
                resource("One", "EC2::SubnetRouteTableAssociation", _ASSOCIATED % "Table"),
                resource("Two", "EC2::SubnetRouteTableAssociation", _ASSOCIATED % "Other", DependsOn="One"),
            ),
            "Two",
            "conflicts with an existing association",
        ),
    ),
    Case(
        "nat-gateway-with-no-address",
        creation_undone(
            stack(
                *NETWORK,
                resource(
                    "Nat", "EC2::NatGateway", "{SubnetId: !Ref SubnetA, AllocationId: eipalloc-0123456789abcdef0}"
                ),
            ),
            "Nat",
            "The allocation ID 'eipalloc-0123456789abcdef0' does not exist",
        ),
    ),
    Case(
        "address-in-use-at-delete",
        created(stack(resource("Address", "EC2::EIP", "{Domain: vpc}"))),
        ByHand(_a_nat_gateway_with_our_address),
        not_deleted("Address", "is in use."),
        PutRight(),
        Delete(DELETED),
    ),
)
