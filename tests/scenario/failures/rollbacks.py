"""The ways back: undone, preserved, continued, skipped, kept; and what is too early or too late for one."""

from __future__ import annotations

from typing import Any

from tests.scenario.failures.acts import (
    CREATE_FAILED,
    CREATE_UNDONE,
    DELETED,
    NO_ROLLBACK,
    NOT_RESTORED,
    RESTORED,
    UPDATE_FAILED,
    UPDATED,
    Account,
    Act,
    ByHand,
    Case,
    ContinueRollback,
    Create,
    Delete,
    Failed,
    PutRight,
    Refused,
    RollBack,
    Undo,
    Update,
    created,
    creation_undone,
    update_undone,
)
from tests.scenario.failures.names import an_object
from tests.scenario.failures.templates import bad, resource, stack, topic

BAD = Failed("Bad", "CREATE_FAILED", "vpc-0123456789abcdef0")


def logs(days: int) -> str:
    """A log group whose retention shows which version of it is there."""
    return resource("Logs", "Logs::LogGroup", f"{{LogGroupName: case, RetentionInDays: {days}}}")


def bucket(policy: str) -> str:
    """A bucket with a DeletionPolicy."""
    return resource("Bucket", "S3::Bucket", DeletionPolicy=policy)


OLD = stack(logs(7), topic(display="old"))
NEW = stack(logs(14), topic(display="new", DependsOn="Logs"), bad(DependsOn="Topic"))


def _the_log_group_is_gone(account: Account) -> Undo:
    api = account.client("logs")
    api.delete_log_group(logGroupName="case")
    return lambda: api.create_log_group(logGroupName="case")


def _the_log_group_is_gone_for_good(account: Account) -> None:
    account.client("logs").delete_log_group(logGroupName="case")


def _the_topic_is_called(account: Account, name: str) -> None:
    found = account.client("sns").get_topic_attributes(TopicArn=account.physical("Topic"))["Attributes"]
    assert found["DisplayName"] == name


def _the_topic_is_old(account: Account) -> None:
    _the_topic_is_called(account, "old")


def _the_topic_is_new(account: Account) -> None:
    _the_topic_is_called(account, "new")


def _one_bucket_is_left(account: Account) -> None:
    s3: Any = account.client("s3")
    [name] = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    for each in s3.list_objects_v2(Bucket=name).get("Contents", ()):
        s3.delete_object(Bucket=name, Key=each["Key"])
    s3.delete_bucket(Bucket=name)


def _an_object_for_good(account: Account) -> None:
    an_object(account)


def _one_topic_is_left(account: Account) -> None:
    sns: Any = account.client("sns")
    [arn] = {each["TopicArn"] for each in sns.list_topics()["Topics"]} - {account.physical("Topic")}
    sns.delete_topic(TopicArn=arn)


def _a_topic_of_that_name(account: Account) -> Undo:
    sns: Any = account.client("sns")
    arn = sns.create_topic(Name="taken")["TopicArn"]
    return lambda: sns.delete_topic(TopicArn=arn)


def _called(name: str, **attributes: str) -> str:
    return resource("Topic", "SNS::Topic", f"{{TopicName: {name}}}", **attributes)


FAILS_TO_RETURN: tuple[Act, ...] = (
    created(OLD),
    Update(NEW, UPDATE_FAILED, (BAD,), NO_ROLLBACK),
)
STUCK = (Failed("Logs", "UPDATE_FAILED", "The specified log group does not exist"),)

CASES = (
    Case("create-undone", creation_undone(stack(topic(), bad(DependsOn="Topic")), "Bad", "vpc-0123456789abcdef0")),
    Case(
        "create-failed-and-preserved-then-undone",
        Create(stack(topic(), bad()), CREATE_FAILED, (BAD,), NO_ROLLBACK),
        ByHand(lambda account: account.client("sns").get_topic_attributes(TopicArn=account.physical("Topic")) and None),
        RollBack("ROLLBACK_IN_PROGRESS ROLLBACK_COMPLETE"),
    ),
    Case(
        "create-failed-and-preserved-goes-on-elsewhere",
        Create(stack(bad(), topic("First"), topic(DependsOn="First")), CREATE_FAILED, (BAD,), NO_ROLLBACK),
        ByHand(lambda account: account.client("sns").get_topic_attributes(TopicArn=account.physical("Topic")) and None),
        Update(stack(topic("First"), topic(DependsOn="First")), UPDATED),
    ),
    Case(
        "create-failed-and-deleted",
        Create(
            stack(topic(), bad(DependsOn="Topic")),
            "CREATE_IN_PROGRESS DELETE_IN_PROGRESS DELETE_COMPLETE",
            (BAD, Failed("Topic", "DELETE_COMPLETE", "")),
            {"OnFailure": "DELETE"},
        ),
    ),
    Case("update-undone", created(OLD), update_undone(NEW, "Bad", "vpc-0123456789abcdef0", "CREATE_FAILED")),
    Case(
        "update-failed-and-preserved-then-undone",
        *FAILS_TO_RETURN,
        ByHand(_the_topic_is_new),
        RollBack(RESTORED),
    ),
    Case(
        "update-failed-and-preserved-then-mended",
        *FAILS_TO_RETURN,
        Update(stack(logs(14), topic(display="new")), UPDATED),
        ByHand(_the_topic_is_new),
    ),
    Case(
        "update-undone-fails-and-goes-on-once-put-right",
        *FAILS_TO_RETURN,
        ByHand(_the_log_group_is_gone),
        RollBack(NOT_RESTORED, STUCK),
        ContinueRollback(NOT_RESTORED, STUCK),
        PutRight(),
        ContinueRollback(RESTORED),
    ),
    Case(
        "update-undone-fails-and-goes-on-by-skipping",
        *FAILS_TO_RETURN,
        ByHand(_the_log_group_is_gone_for_good),
        RollBack(NOT_RESTORED, STUCK),
        Refused(ContinueRollback("", skip=("Topic",)), "ValidationError", "[Topic] cannot be skipped"),
        Refused(Update(OLD, ""), "ValidationError", "is in UPDATE_ROLLBACK_FAILED state and can not be updated."),
        ContinueRollback(RESTORED, skip=("Logs",), restores=False),
        ByHand(_the_topic_is_old),
    ),
    Case(
        "replacement-fails-and-the-old-one-stays",
        created(stack(_called("mine"))),
        ByHand(_a_topic_of_that_name),
        update_undone(stack(_called("taken")), "Topic", "already exists"),
    ),
    Case(
        "replacement-is-undone-and-the-old-one-stays",
        created(stack(_called("mine"))),
        Update(stack(_called("other"), bad(DependsOn="Topic")), f"UPDATE_IN_PROGRESS {RESTORED}", (BAD,)),
    ),
    Case(
        "replaced-and-retained",
        created(stack(_called("mine", UpdateReplacePolicy="Retain"))),
        Update(stack(_called("other", UpdateReplacePolicy="Retain")), UPDATED),
        ByHand(_one_topic_is_left),
    ),
    Case(
        "retained-when-its-creation-is-undone",
        Create(stack(bucket("Retain"), bad(DependsOn="Bucket")), CREATE_UNDONE, (BAD,), restores=False),
        ByHand(_one_bucket_is_left),
    ),
    Case(
        "retained-except-when-its-creation-is-undone",
        Create(stack(bucket("RetainExceptOnCreate"), bad(DependsOn="Bucket")), CREATE_UNDONE, (BAD,)),
    ),
    Case("retained-at-delete", created(stack(bucket("Retain"))), Delete(DELETED), ByHand(_one_bucket_is_left)),
    Case(
        "removed-by-an-update-but-not-empty",
        created(stack(topic(), bucket("Delete"))),
        ByHand(_an_object_for_good),
        Update(stack(topic()), UPDATED, (Failed("Bucket", "DELETE_FAILED", "is not empty"),)),
        ByHand(_one_bucket_is_left),
    ),
    Case(
        "update-of-what-was-undone",
        creation_undone(stack(topic(), bad()), "Bad", "vpc-0123456789abcdef0"),
        Refused(Update(stack(topic()), ""), "ValidationError", "is in ROLLBACK_COMPLETE state and can not be updated."),
    ),
)
