"""What is called by a name that can be taken: secrets, parameters, buckets, topics, log groups; and what watches."""

from __future__ import annotations

from typing import Any

from tests.scenario.failures.acts import (
    DELETED,
    Account,
    ByHand,
    Case,
    Delete,
    PutRight,
    Undo,
    created,
    creation_undone,
    found_early,
    not_deleted,
    update_undone,
)
from tests.scenario.failures.templates import resource, stack, topic

SECRET = resource("Secret", "SecretsManager::Secret", "{Name: taken, SecretString: x}")
ALARM = (
    "{Namespace: n, MetricName: m, Statistic: Sum, Period: %s, EvaluationPeriods: 1, Threshold: 1, "
    "ComparisonOperator: %s, AlarmActions: [%s]}"
)
METRIC = "[{MetricName: m, MetricNamespace: n, MetricValue: '1'}]"


def _a_secret_of_that_name(account: Account) -> Undo:
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name="taken", SecretString="x")
    return lambda: secrets.delete_secret(SecretId="taken", ForceDeleteWithoutRecovery=True)


def _a_secret_that_is_going(account: Account) -> Undo:
    secrets, undo = account.client("secretsmanager"), _a_secret_of_that_name(account)
    secrets.delete_secret(SecretId="taken", RecoveryWindowInDays=7)

    def restore_and_undo() -> None:
        secrets.restore_secret(SecretId="taken")
        undo()

    return restore_and_undo


def _a_parameter_of_that_name(account: Account) -> Undo:
    ssm = account.client("ssm")
    ssm.put_parameter(Name="taken", Type="String", Value="x")
    return lambda: ssm.delete_parameter(Name="taken")


def _a_bucket_of_that_name(account: Account) -> Undo:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="taken")
    return lambda: s3.delete_bucket(Bucket="taken")


def an_object(account: Account) -> Undo:
    """Something in the stack's bucket."""
    s3, mine = account.client("s3"), {"Bucket": account.physical("Bucket"), "Key": "k"}
    s3.put_object(**mine, Body=b"x")
    return lambda: s3.delete_object(**mine)


def _an_object_for_good(account: Account) -> None:
    an_object(account)


def _the_bucket_is_there_and_goes(account: Account) -> None:
    s3: Any = account.client("s3")
    [bucket] = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    s3.delete_object(Bucket=bucket, Key="k")
    s3.delete_bucket(Bucket=bucket)


def _a_topic_of_that_name(account: Account) -> Undo:
    sns = account.client("sns")
    arn = sns.create_topic(Name="taken")["TopicArn"]
    return lambda: sns.delete_topic(TopicArn=arn)


def _a_log_group_of_that_name(account: Account) -> Undo:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="taken")
    return lambda: logs.delete_log_group(logGroupName="taken")


def _parameter(value: str, pattern: str) -> str:
    return resource("Parameter", "SSM::Parameter", f"{{Type: String, Value: '{value}', AllowedPattern: '{pattern}'}}")


def _subscribed(endpoint: str) -> str:
    return resource("Mail", "SNS::Subscription", f"{{TopicArn: !Ref Topic, Protocol: email, Endpoint: {endpoint}}}")


def _alarm(period: int = 60, comparison: str = "GreaterThanThreshold", action: str = "") -> str:
    return resource("Alarm", "CloudWatch::Alarm", ALARM % (period, comparison, action))


CASES = (
    Case(
        "secret-name-taken",
        ByHand(_a_secret_of_that_name),
        creation_undone(stack(SECRET), "Secret", "the secret taken already exists."),
    ),
    Case(
        "secret-name-scheduled-for-deletion",
        ByHand(_a_secret_that_is_going),
        creation_undone(
            stack(SECRET),
            "Secret",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        ),
    ),
    Case(
        "parameter-name-taken",
        ByHand(_a_parameter_of_that_name),
        found_early(stack(resource("Parameter", "SSM::Parameter", "{Name: taken, Type: String, Value: y}"))),
    ),
    Case(
        "parameter-against-its-pattern-at-update",
        created(stack(_parameter("1", "[0-9]"))),
        update_undone(stack(_parameter("x", "[0-9]")), "Parameter", "cannot be validated against allowedPattern"),
    ),
    Case(
        "bucket-name-taken",
        ByHand(_a_bucket_of_that_name),
        found_early(stack(resource("Bucket", "S3::Bucket", "{BucketName: taken}"))),
    ),
    Case(
        "bucket-with-an-object-at-delete",
        created(stack(resource("Bucket", "S3::Bucket"))),
        ByHand(an_object),
        not_deleted("Bucket", "The bucket you tried to delete is not empty"),
        PutRight(),
        Delete(DELETED),
    ),
    Case(
        "bucket-with-an-object-is-retained",
        created(stack(resource("Bucket", "S3::Bucket"), topic())),
        ByHand(_an_object_for_good),
        not_deleted("Bucket", "The bucket you tried to delete is not empty"),
        Delete(DELETED, retain=("Bucket",)),
        ByHand(_the_bucket_is_there_and_goes),
    ),
    Case(
        "bucket-of-no-name-that-can-be",
        creation_undone(
            stack(resource("Bucket", "S3::Bucket", "{BucketName: two..dots}")),
            "Bucket",
            "The specified bucket is not valid.",
        ),
    ),
    Case(
        "subscription-by-no-protocol",
        creation_undone(
            stack(
                topic(), resource("Post", "SNS::Subscription", "{TopicArn: !Ref Topic, Protocol: post, Endpoint: x}")
            ),
            "Post",
            "Does not support this protocol string: post",
        ),
    ),
    Case(
        "topic-name-taken",
        ByHand(_a_topic_of_that_name),
        creation_undone(stack(resource("Topic", "SNS::Topic", "{TopicName: taken}")), "Topic", "already exists"),
    ),
    Case(
        "subscription-without-an-address",
        creation_undone(stack(topic(), _subscribed("nobody")), "Mail", "Invalid parameter: Email address"),
    ),
    Case(
        "subscription-without-an-address-at-update",
        created(stack(topic(), _subscribed("ops@example.com"))),
        update_undone(stack(topic(display="new"), _subscribed("nobody")), "Mail", "Invalid parameter: Email address"),
    ),
    Case(
        "log-group-name-taken",
        ByHand(_a_log_group_of_that_name),
        found_early(stack(resource("Logs", "Logs::LogGroup", "{LogGroupName: taken}"))),
    ),
    Case(
        "metric-filter-of-no-log-group",
        creation_undone(
            stack(
                resource(
                    "Filter",
                    "Logs::MetricFilter",
                    f"{{LogGroupName: none, FilterPattern: ERROR, MetricTransformations: {METRIC}}}",
                )
            ),
            "Filter",
            "The specified log group does not exist.",
        ),
    ),
    Case(
        "alarm-of-an-odd-period",
        creation_undone(stack(_alarm(61)), "Alarm", "10, 20, 30 or a multiple of 60"),
    ),
    Case(
        "alarm-that-tells-nobody-at-update",
        created(stack(_alarm())),
        update_undone(stack(_alarm(action="nobody")), "Alarm", "Invalid arn syntax"),
    ),
    Case(
        "dashboard-that-is-no-json-at-update",
        created(stack(resource("Board", "CloudWatch::Dashboard", "{DashboardBody: '{\"widgets\": []}'}"))),
        update_undone(
            stack(resource("Board", "CloudWatch::Dashboard", "{DashboardBody: '{\"widgets\": ['}")),
            "Board",
            "must be a valid JSON object",
        ),
    ),
)
