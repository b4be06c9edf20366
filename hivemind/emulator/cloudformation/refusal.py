"""What CloudFormation answers when it cannot do what was asked."""

from __future__ import annotations

from hivemind.errors import CloudError


class Refusal(CloudError):
    """A request, template or resource that is refused; the responder serialises `code` and `message` as AWS does."""

    def __init__(self, message: str, *, code: str = "ValidationError", hint: str = "correct it and try again") -> None:
        super().__init__(message, code=code, hint=hint)


class Unable(Refusal):
    """What a resource type cannot do here, said before anything of it was done."""


def no_such_stack(name: str) -> Refusal:
    """AWS's words for a stack that is not there."""
    return Refusal(f"Stack with id {name} does not exist", hint="list the stacks that exist with ListStacks")


def template_error(message: str) -> Refusal:
    """A template that is not well formed."""
    return Refusal(f"Template format error: {message}", hint="correct the template")
