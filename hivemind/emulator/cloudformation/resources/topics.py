"""Topics, who listens to them, and who may publish."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hivemind.emulator.cloudformation.cloud import Cloud, missing
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, Unable
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, exists_already, words
from hivemind.emulator.cloudformation.resources.tags import removed


class Topic(Handler):
    """AWS::SNS::Topic; `Ref` is its ARN."""

    type = "AWS::SNS::Topic"
    honours = words("TopicName DisplayName KmsMasterKeyId Subscription Tags")
    offers = words("TopicArn TopicName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("TopicName", 256)
        if _topic_exists(cloud, cloud.arn("sns", name)):  # CreateTopic would hand it out
            raise exists_already(self.type, name)
        return str(cloud.call("sns", "create_topic", Name=name, Tags=wanted.tag_list())["TopicArn"])

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for name in ("DisplayName", "KmsMasterKeyId"):
            if name in wanted.properties:
                _set(cloud, physical_id, name, wanted[name])
        for each in wanted.get("Subscription", ()):
            cloud.call("sns", "subscribe", TopicArn=physical_id, Protocol=each["Protocol"], Endpoint=each["Endpoint"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"TopicArn": physical_id, "TopicName": physical_id.rpartition(":")[2]}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, "Subscription"):
            raise Unable("the local cloud cannot change the Subscription list of a topic; use AWS::SNS::Subscription")
        for name in ("DisplayName", "KmsMasterKeyId"):
            if after.changes(before, name):
                _set(cloud, physical_id, name, after.get(name, ""))
        if before.all_tags() != after.all_tags():
            cloud.call("sns", "tag_resource", ResourceArn=physical_id, Tags=after.tag_list())
            cloud.call("sns", "untag_resource", ResourceArn=physical_id, TagKeys=removed(before, after))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for each in cloud.call("sns", "list_subscriptions_by_topic", TopicArn=physical_id)["Subscriptions"]:
            cloud.call("sns", "unsubscribe", SubscriptionArn=each["SubscriptionArn"])
        cloud.call("sns", "delete_topic", TopicArn=physical_id)


def _topic_exists(cloud: Cloud, arn: str) -> bool:
    try:
        cloud.call("sns", "get_topic_attributes", TopicArn=arn)
    except Refusal as error:
        if missing(error):
            return False
        raise
    return True


def _set(cloud: Cloud, topic: str, name: str, value: Json) -> None:
    cloud.call("sns", "set_topic_attributes", TopicArn=topic, AttributeName=name, AttributeValue=value)


class Subscription(Handler):
    """AWS::SNS::Subscription."""

    type = "AWS::SNS::Subscription"
    honours = words("TopicArn Protocol Endpoint FilterPolicy RawMessageDelivery")
    offers = words("Arn")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        asked = wanted.pick("TopicArn", "Protocol", "Endpoint")
        present = cloud.call("sns", "list_subscriptions_by_topic", TopicArn=wanted["TopicArn"])["Subscriptions"]
        if any(each["Endpoint"] == wanted.get("Endpoint") for each in present):
            raise exists_already(self.type, str(wanted.get("Endpoint")))
        answer = cloud.call("sns", "subscribe", ReturnSubscriptionArn=True, **asked)
        return str(answer["SubscriptionArn"])

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for name, value in _subscription_attributes(wanted).items():
            cloud.call(
                "sns",
                "set_subscription_attributes",
                SubscriptionArn=physical_id,
                AttributeName=name,
                AttributeValue=value,
            )

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Arn": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self.configure(cloud, physical_id, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("sns", "unsubscribe", SubscriptionArn=physical_id)


def _subscription_attributes(wanted: Wanted) -> dict[str, Json]:
    attributes: dict[str, Json] = wanted.pick("RawMessageDelivery")
    if "FilterPolicy" in wanted.properties:
        attributes["FilterPolicy"] = json.dumps(wanted["FilterPolicy"])
    return attributes


class TopicPolicy(Handler):
    """AWS::SNS::TopicPolicy."""

    type = "AWS::SNS::TopicPolicy"
    honours = words("PolicyDocument Topics")
    offers = words("Id")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        return wanted.named("", 128)

    def configure(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for topic in wanted["Topics"]:
            _set(cloud, topic, "Policy", json.dumps(wanted["PolicyDocument"]))

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Id": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self.configure(cloud, physical_id, after)
        for topic in set(before["Topics"]) - set(after["Topics"]):
            _set(cloud, topic, "Policy", json.dumps(_owner_only(cloud, topic)))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        for topic in wanted["Topics"]:
            _set(cloud, topic, "Policy", json.dumps(_owner_only(cloud, topic)))


def _owner_only(cloud: Cloud, topic: str) -> Json:
    """The policy that a topic has without a TopicPolicy."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Subscribe", "SNS:Publish"],
        "Resource": topic,
        "Condition": {"StringEquals": {"AWS:SourceOwner": cloud.account}},
    }
    return {"Version": "2008-10-17", "Statement": [statement]}
