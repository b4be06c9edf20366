"""What may be done: inline and managed policies, and identity providers that may assume roles."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, Unable
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, exists_already, words
from hivemind.emulator.cloudformation.resources.tags import removed


class Policy(Handler):
    """AWS::IAM::Policy: an inline policy in each of its roles."""

    type = "AWS::IAM::Policy"
    honours = words("PolicyName PolicyDocument Roles")
    offers = words("Id")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        for role in wanted.get("Roles", ()):
            if wanted["PolicyName"] in cloud.call("iam", "list_role_policies", RoleName=role)["PolicyNames"]:
                raise exists_already(self.type, f"{wanted['PolicyName']}|{role}")
        return wanted.named("", 64)

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        asked = {"PolicyName": wanted["PolicyName"], "PolicyDocument": json.dumps(wanted["PolicyDocument"])}
        for role in wanted.get("Roles", ()):
            cloud.call("iam", "put_role_policy", RoleName=role, **asked)

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Id": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self.configure(cloud, physical_id, after)
        renamed = after.changes(before, "PolicyName")
        for role in before.get("Roles", ()):
            if renamed or role not in after.get("Roles", ()):
                self._remove(cloud, role, before["PolicyName"])

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for role in wanted.get("Roles", ()):
            self._remove(cloud, role, wanted["PolicyName"])

    def _remove(self, cloud: Cloud, role: str, policy: str) -> None:
        if policy in cloud.call("iam", "list_role_policies", RoleName=role)["PolicyNames"]:
            cloud.call("iam", "delete_role_policy", RoleName=role, PolicyName=policy)


class ManagedPolicy(Handler):
    """AWS::IAM::ManagedPolicy; `Ref` is its ARN."""

    type = "AWS::IAM::ManagedPolicy"
    honours = words("ManagedPolicyName Path Description PolicyDocument Roles")
    offers = words("PolicyArn")
    custom_names = words("ManagedPolicyName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("ManagedPolicyName", 128)
        document = json.dumps(wanted["PolicyDocument"])
        asked = wanted.pick("Path", "Description")
        answer = cloud.call("iam", "create_policy", PolicyName=name, PolicyDocument=document, **asked)
        return str(answer["Policy"]["Arn"])

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for role in wanted.get("Roles", ()):
            cloud.call("iam", "attach_role_policy", RoleName=role, PolicyArn=physical_id)

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"PolicyArn": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, "PolicyDocument"):
            self._drop_old_versions(cloud, physical_id, keep=3)
            document = json.dumps(after["PolicyDocument"])
            cloud.call(
                "iam", "create_policy_version", PolicyArn=physical_id, PolicyDocument=document, SetAsDefault=True
            )
        self.configure(cloud, physical_id, after)
        for role in self._attached(cloud, physical_id) & set(before.get("Roles", ())) - set(after.get("Roles", ())):
            cloud.call("iam", "detach_role_policy", RoleName=role, PolicyArn=physical_id)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for role in self._attached(cloud, physical_id) & set(wanted.get("Roles", ())):
            cloud.call("iam", "detach_role_policy", RoleName=role, PolicyArn=physical_id)
        self._drop_old_versions(cloud, physical_id, keep=0)
        cloud.call("iam", "delete_policy", PolicyArn=physical_id)

    def _attached(self, cloud: Cloud, arn: str) -> set[str]:
        roles = cloud.call("iam", "list_entities_for_policy", PolicyArn=arn)["PolicyRoles"]
        return {role["RoleName"] for role in roles}

    def _drop_old_versions(self, cloud: Cloud, arn: str, *, keep: int) -> None:
        """IAM keeps at most five versions."""
        versions = cloud.call("iam", "list_policy_versions", PolicyArn=arn)["Versions"]
        old = sorted(each["VersionId"] for each in versions if not each["IsDefaultVersion"])
        for version in old[: max(0, len(old) - keep)]:
            cloud.call("iam", "delete_policy_version", PolicyArn=arn, VersionId=version)


class IdentityProvider(Handler):
    """AWS::IAM::OIDCProvider; `Ref` is its ARN."""

    type = "AWS::IAM::OIDCProvider"
    honours = words("Url ClientIdList ThumbprintList Tags")
    offers = words("Arn")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        if "Url" not in wanted.properties:
            raise Refusal("#: required key [Url] not found")
        asked = {"ClientIDList": wanted.get("ClientIdList", []), **wanted.pick("Url", "ThumbprintList")}
        answer = cloud.call("iam", "create_open_id_connect_provider", Tags=wanted.tag_list(), **asked)
        return str(answer["OpenIDConnectProviderArn"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Arn": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        mine = {"OpenIDConnectProviderArn": physical_id}
        if after.changes(before, "ClientIdList"):
            raise Unable("the local cloud cannot change the ClientIdList of an OIDCProvider")
        if after.changes(before, "ThumbprintList"):
            prints = after.get("ThumbprintList", [])
            cloud.call("iam", "update_open_id_connect_provider_thumbprint", ThumbprintList=prints, **mine)
        if before.all_tags() != after.all_tags():
            cloud.call("iam", "tag_open_id_connect_provider", Tags=after.tag_list(), **mine)
            cloud.call("iam", "untag_open_id_connect_provider", TagKeys=removed(before, after), **mine)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("iam", "delete_open_id_connect_provider", OpenIDConnectProviderArn=physical_id)
