"""What CloudFormation refuses by itself: exports, capabilities, policies, protection, circles and quotas."""

from __future__ import annotations

import json

from tests.scenario.failures.acts import (
    CREATE_UNDONE,
    CREATED,
    NOT_DELETED,
    UPDATE_UNDONE,
    Account,
    ByHand,
    Case,
    Create,
    Delete,
    Failed,
    Refused,
    Undo,
    Update,
    created,
)
from tests.scenario.failures.templates import EC2_TRUST, resource, stack, topic


def exporter(value: str, name: str = "case-export") -> str:
    """Exports a value under a name."""
    return stack(topic(), outputs=f"Out: {{Value: {value}, Export: {{Name: {name}}}}}")


IMPORTER = stack(topic(display="").replace("DisplayName: ''", "DisplayName: !ImportValue case-export"))
DENYING = json.dumps({"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]})
LARGE = stack(topic()) + "# " + "x" * 51_200
MANY = stack(*(topic(f"Topic{number}") for number in range(501)))
ROLE = "{AssumeRolePolicyDocument: %s%s}"


def _termination_protection(account: Account) -> Undo:
    api, stack_id = account.client("cloudformation"), account.stack_id()

    def protect(on: bool) -> object:
        answer: object = api.update_termination_protection(StackName=stack_id, EnableTerminationProtection=on)
        return answer

    protect(True)
    return lambda: protect(False)


CASES = (
    Case(
        "export-in-use-at-delete",
        Create(exporter("one"), CREATED, stack="exporter"),
        Create(IMPORTER, CREATED),
        Delete(
            NOT_DELETED,
            (Failed("", "DELETE_FAILED", "Export case-export cannot be deleted as it is in use by"),),
            stack="exporter",
        ),
    ),
    Case(
        "export-in-use-at-update",
        Create(exporter("one"), CREATED, stack="exporter"),
        Create(IMPORTER, CREATED),
        Update(
            exporter("two"),
            UPDATE_UNDONE,
            (Failed("", "UPDATE_ROLLBACK_IN_PROGRESS", "Export case-export cannot be updated as it is in use by"),),
            stack="exporter",
        ),
    ),
    Case(
        "export-taken",
        Create(exporter("one"), CREATED, stack="exporter"),
        Create(
            exporter("two"),
            CREATE_UNDONE,
            (Failed("", "ROLLBACK_IN_PROGRESS", "Export with name case-export is already exported by stack"),),
        ),
    ),
    Case(
        "import-of-nothing",
        Create(
            IMPORTER,
            CREATE_UNDONE,
            (Failed("", "ROLLBACK_IN_PROGRESS", "No export named case-export found. Rollback requested by user."),),
        ),
    ),
    Case(
        "import-of-nothing-at-update",
        created(stack(topic(display="old"))),
        Update(
            IMPORTER, UPDATE_UNDONE, (Failed("", "UPDATE_ROLLBACK_IN_PROGRESS", "No export named case-export found"),)
        ),
    ),
    Case(
        "circle",
        Refused(
            Create(stack(topic("One", DependsOn="Two"), topic("Two", DependsOn="One")), ""),
            "ValidationError",
            "Circular dependency between resources: [One, Two]",
        ),
    ),
    Case(
        "capability-missing",
        Refused(
            Create(stack(resource("Role", "IAM::Role", ROLE % (EC2_TRUST, ""))), "", options={"Capabilities": []}),
            "InsufficientCapabilitiesException",
            "Requires capabilities : [CAPABILITY_IAM]",
        ),
    ),
    Case(
        "capability-for-names-missing",
        Refused(
            Create(
                stack(resource("Role", "IAM::Role", ROLE % (EC2_TRUST, ", RoleName: mine"))),
                "",
                options={"Capabilities": ["CAPABILITY_IAM"]},
            ),
            "InsufficientCapabilitiesException",
            "Requires capabilities : [CAPABILITY_NAMED_IAM]",
        ),
    ),
    Case(
        "capability-for-a-transform-missing",
        Refused(
            Create("Transform: AWS::Serverless-2016-10-31\n" + stack(topic()), ""),
            "InsufficientCapabilitiesException",
            "Requires capabilities : [CAPABILITY_AUTO_EXPAND]",
        ),
    ),
    Case(
        "denied-by-the-stack-policy",
        Create(stack(topic(display="old")), CREATED, options={"StackPolicyBody": DENYING}),
        Update(
            stack(topic(display="new")),
            UPDATE_UNDONE,
            (Failed("", "UPDATE_ROLLBACK_IN_PROGRESS", "Action denied by stack policy"),),
        ),
    ),
    Case(
        "protected-from-termination",
        created(stack(topic())),
        ByHand(_termination_protection),
        Refused(Delete(""), "ValidationError", "cannot be deleted while TerminationProtection is enabled"),
    ),
    Case(
        "stack-name-taken",
        created(stack(topic())),
        Refused(Create(stack(topic()), ""), "AlreadyExistsException", "already exists"),
    ),
    Case(
        "update-of-nothing",
        created(stack(topic())),
        Refused(Update(stack(topic()), ""), "ValidationError", "No updates are to be performed."),
    ),
    Case(
        "update-of-no-stack",
        Refused(Update(stack(topic()), ""), "ValidationError", "does not exist"),
    ),
    Case(
        "template-too-large",
        Refused(Create(LARGE, ""), "ValidationError", "Member must have length less than or equal to 51200"),
    ),
    Case(
        "too-many-resources",
        Refused(
            Create(MANY, ""),
            "ValidationError",
            "Number of resources, 501, is greater than maximum allowed, 500",
        ),
    ),
)
