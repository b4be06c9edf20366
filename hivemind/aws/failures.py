"""What goes wrong on the way to AWS, as our one error with the next thing to do.

A message is passed on in the cloud's own words, since people search for those. The words of a rejected request are not:
botocore quotes the values it refuses, and among them may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hivemind.errors import CloudError

HIDDEN = "****"
ABSENT = ("NoSuchKey", "NoSuchBucket", "404", "NotFound")

_LOGIN = "Log in (`aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) and run again."
_HINTS = {
    "AccessDenied": "The credentials in use lack this permission: have `{call}` allowed, and run again.",
    "UnauthorizedOperation": "The credentials in use lack this permission: have `{call}` allowed, and run again.",
    "ExpiredToken": _LOGIN,
    "RequestExpired": _LOGIN,
    "InvalidClientTokenId": _LOGIN,
    "UnrecognizedClient": _LOGIN,
    "SignatureDoesNotMatch": _LOGIN,
    "AuthFailure": _LOGIN,
    "Throttling": "AWS asks to slow down. Wait a minute and run again: it goes on from where it is.",
    "RequestLimitExceeded": "AWS asks to slow down. Wait a minute and run again: it goes on from where it is.",
    "LimitExceeded": "A quota of the account is used up: raise it in Service Quotas, or remove what is not needed.",
    "InsufficientInstanceCapacity": "AWS has none of this type here now. Try later, or another instance type.",
    "NoSuchBucket": "`hivemind bootstrap -e ENV` makes the bucket that an environment's `state` names.",
    "InsufficientCapabilities": "The template needs a capability that was not given; please report this.",
}
_OTHERWISE = "Look the code up in the AWS documentation of `{call}`; once it is fixed, run again."


@contextmanager
def cloud_errors(where: str, hide: tuple[str | None, ...] = ()) -> Iterator[None]:
    """Turn what botocore raises into CloudError; every value of `hide` is masked wherever the cloud repeats it."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _refused(error, where, hide) from None
    except BotoCoreError as error:
        raise _unreachable(error, where) from None


def code_of(error: Any) -> str:
    """The cloud's code of a ClientError."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _refused(error: Any, where: str, hide: tuple[str | None, ...]) -> CloudError:
    code, operation = code_of(error), error.operation_name
    message = str(error.response.get("Error", {}).get("Message", "")) or "no reason given"
    for value in hide:
        message = message.replace(value, HIDDEN) if value else message
    found = next((hint for known, hint in _HINTS.items() if code.startswith(known)), _OTHERWISE)
    return CloudError(f"{operation}: {message} ({code})", hint=found.format(call=operation), where=where, code=code)


def _unreachable(error: Any, where: str) -> CloudError:
    from botocore import exceptions as known

    kind = type(error).__name__
    if isinstance(error, (known.NoCredentialsError, known.PartialCredentialsError)):
        return CloudError("no AWS credentials were found", hint=_LOGIN, where=where, code=kind)
    if isinstance(error, known.ProfileNotFound):
        hint = "Set AWS_PROFILE to one that exists, or unset it."
        return CloudError("the AWS profile does not exist", hint=hint, where=where, code=kind)
    if isinstance(error, (known.TokenRetrievalError, known.SSOError, known.CredentialRetrievalError)):
        return CloudError("the AWS login has ended", hint=_LOGIN, where=where, code=kind)
    if isinstance(error, (known.ConnectionError, known.HTTPClientError)):
        return _no_answer(error, where)
    return CloudError(
        f"the request could not be made ({kind})",
        hint="Run with --debug to see where; if it persists, please report it.",
        where=where,
        code=kind,
    )


def _no_answer(error: Any, where: str) -> CloudError:
    endpoint = str(error.kwargs.get("endpoint_url") or "AWS")
    local = "127.0.0.1" in endpoint or "localhost" in endpoint
    hint = "Start the local cloud: `hivemind emulator start`." if local else "Check the network, then run again."
    return CloudError(f"no answer from {endpoint}", hint=hint, where=where, code=type(error).__name__)
