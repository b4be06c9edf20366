"""Who may act: roles and the profiles that give them to instances."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from hivemind.emulator.cloudformation.cloud import Cloud, missing
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, Unable
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import removed

_AWS_MANAGED = ":iam::aws:policy/"


class Role(Handler):
    """AWS::IAM::Role."""

    type = "AWS::IAM::Role"
    honours = words(
        "RoleName Path Description AssumeRolePolicyDocument ManagedPolicyArns MaxSessionDuration PermissionsBoundary "
        "Policies Tags"
    )
    offers = words("Arn RoleId")
    custom_names = words("RoleName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("RoleName", 64)
        asked = wanted.pick("Path", "Description", "MaxSessionDuration", "PermissionsBoundary")
        trust = json.dumps(wanted["AssumeRolePolicyDocument"])
        cloud.call("iam", "create_role", RoleName=name, AssumeRolePolicyDocument=trust, Tags=wanted.tag_list(), **asked)
        return name

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for arn in wanted.get("ManagedPolicyArns", ()):
            _attach(cloud, physical_id, arn)
        for policy in wanted.get("Policies", ()):
            document = json.dumps(policy["PolicyDocument"])
            cloud.call(
                "iam",
                "put_role_policy",
                RoleName=physical_id,
                PolicyName=policy["PolicyName"],
                PolicyDocument=document,
            )

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        live = cloud.call("iam", "get_role", RoleName=physical_id)["Role"]
        return {"Arn": live["Arn"], "RoleId": live["RoleId"]}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, "PermissionsBoundary"):
            raise Unable("the local cloud cannot change the PermissionsBoundary of a role")
        trust = json.dumps(after["AssumeRolePolicyDocument"])
        cloud.call("iam", "update_assume_role_policy", RoleName=physical_id, PolicyDocument=trust)
        limits = {"Description": after.get("Description", ""), "MaxSessionDuration": 3600}
        cloud.call("iam", "update_role", RoleName=physical_id, **(limits | after.pick("MaxSessionDuration")))
        self.configure(cloud, physical_id, after)
        self._withdraw(cloud, physical_id, before, after)
        if before.all_tags() != after.all_tags():
            cloud.call("iam", "tag_role", RoleName=physical_id, Tags=after.tag_list())
            cloud.call("iam", "untag_role", RoleName=physical_id, TagKeys=removed(before, after))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        self._withdraw(cloud, physical_id, wanted, Wanted(wanted.stack, wanted.logical_id, {}))
        cloud.call("iam", "delete_role", RoleName=physical_id)

    def _withdraw(self, cloud: Cloud, role: str, before: Wanted, after: Wanted) -> None:
        """Takes from the role what it had by its own properties and is no longer given."""
        kept = {policy["PolicyName"] for policy in after.get("Policies", ())}
        for policy in before.get("Policies", ()):
            if policy["PolicyName"] not in kept:
                _forgiving(cloud, "delete_role_policy", RoleName=role, PolicyName=policy["PolicyName"])
        for arn in set(before.get("ManagedPolicyArns", ())) - set(after.get("ManagedPolicyArns", ())):
            _forgiving(cloud, "detach_role_policy", RoleName=role, PolicyArn=arn)


def _attach(cloud: Cloud, role: str, arn: str) -> None:
    try:
        cloud.call("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)
    except Refusal as error:
        # moto loads AWS's managed policies only on request (0.6 s); permissions are not enforced here anyway.
        if not (missing(error) and _AWS_MANAGED in arn and arn.rpartition("/")[2] in _managed_policies()):
            raise


def _forgiving(cloud: Cloud, operation: str, **arguments: Json) -> None:
    try:
        cloud.call("iam", operation, **arguments)
    except Refusal as error:
        if not missing(error):
            raise


@lru_cache(maxsize=1)
def _managed_policies() -> frozenset[str]:
    """The names of AWS's managed policies, from moto's data file, read without importing it."""
    package = find_spec("moto")
    if package is None or not package.submodule_search_locations:
        return frozenset()
    data = Path(package.submodule_search_locations[0]) / "iam" / "aws_managed_policies.py"
    return frozenset(re.findall(r'^ "([^"]+)":\{$', data.read_text(), re.MULTILINE))


class InstanceProfile(Handler):
    """AWS::IAM::InstanceProfile."""

    type = "AWS::IAM::InstanceProfile"
    honours = words("InstanceProfileName Path Roles")
    offers = words("Arn")
    custom_names = words("InstanceProfileName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("InstanceProfileName", 128)
        cloud.call("iam", "create_instance_profile", InstanceProfileName=name, **wanted.pick("Path"))
        return name

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for role in wanted["Roles"]:
            cloud.call("iam", "add_role_to_instance_profile", InstanceProfileName=physical_id, RoleName=role)

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Arn": self._live(cloud, physical_id)["Arn"]}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        present = self._roles(cloud, physical_id)
        for role in present - set(after["Roles"]):
            cloud.call("iam", "remove_role_from_instance_profile", InstanceProfileName=physical_id, RoleName=role)
        for role in set(after["Roles"]) - present:
            cloud.call("iam", "add_role_to_instance_profile", InstanceProfileName=physical_id, RoleName=role)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for role in self._roles(cloud, physical_id):
            cloud.call("iam", "remove_role_from_instance_profile", InstanceProfileName=physical_id, RoleName=role)
        cloud.call("iam", "delete_instance_profile", InstanceProfileName=physical_id)

    def _live(self, cloud: Cloud, physical_id: str) -> Mapping[str, Json]:
        answer = cloud.call("iam", "get_instance_profile", InstanceProfileName=physical_id)
        live: Mapping[str, Json] = answer["InstanceProfile"]
        return live

    def _roles(self, cloud: Cloud, physical_id: str) -> set[str]:
        return {role["RoleName"] for role in self._live(cloud, physical_id)["Roles"]}
