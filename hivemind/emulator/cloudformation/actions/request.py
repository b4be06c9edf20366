"""One request as the actions read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from hivemind.emulator.cloudformation.admission import check, check_capabilities
from hivemind.emulator.cloudformation.changes import Forecast
from hivemind.emulator.cloudformation.engine import Engine
from hivemind.emulator.cloudformation.history import Finding
from hivemind.emulator.cloudformation.parameters import chosen
from hivemind.emulator.cloudformation.records import EMPTY, Stack, Target
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.region import Region
from hivemind.emulator.cloudformation.template import Template, check_size, parse

Answer = Mapping[str, Any] | None

_REFUSED = (
    "TimeoutInMinutes",
    "NotificationARNs",
    "ResourceTypes",
    "ResourcesToImport",
    "ImportExistingResources",
    "DeploymentConfig",
)
"""Options the local cloud does not have; one that is really given is refused, never ignored."""


@dataclass(frozen=True)
class Request:
    """What was asked, in which region."""

    engine: Engine
    region_name: str
    parameters: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def get(self, name: str, default: Any = None) -> Any:
        """An option, or `default` when it is not given."""
        value = self.parameters.get(name)
        return default if value is None else value

    def flag(self, name: str) -> bool:
        """A boolean option."""
        return self.get(name) in (True, "true", "True")

    @property
    def region(self) -> Region:
        """The region it is for."""
        return self.engine.region(self.region_name)

    def stack(self) -> Stack:
        """The stack it names."""
        return self.engine.stacks.find(self["StackName"], self.region_name)

    @contextmanager
    def named(self, stack: Stack) -> Iterator[None]:
        """The operation begun inside carries the caller's token on its events; one that is refused leaves no trace."""
        with self.engine.stacks.lock:
            before, stack.token = stack.token, self.get("ClientRequestToken")
            try:
                yield
            except Refusal:
                stack.token = before
                raise

    def repeats(self, stack: Stack, kind: str) -> bool:
        """Whether the same was asked before under the same token, so that nothing is to be done again.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html
        """
        token = self.get("ClientRequestToken")
        earlier = [each.kind for each in stack.operations if token and each.token == token]
        if earlier and kind not in earlier:
            raise Refusal("A client request token already exists", code="TokenAlreadyExistsException",
                          hint="give every operation a token of its own")  # fmt: skip
        return bool(earlier)

    def findings(self, foreseen: Forecast) -> tuple[Finding, ...]:
        """What early validation found, none when the caller turned it off."""
        return () if self.flag("DisableValidation") else foreseen.findings

    def tags(self) -> Mapping[str, str]:
        """The stack's tags it gives."""
        return {tag["Key"]: tag["Value"] for tag in self.get("Tags", ())}

    def check_options(self) -> None:
        """Refuses what the local cloud would have to ignore."""
        given = [name for name in _REFUSED if self.get(name) not in (None, "", "false", False, [], {}, "STANDARD")]
        if (self.get("RollbackConfiguration") or {}).get("RollbackTriggers"):
            given.append("RollbackConfiguration")
        if given:
            raise Refusal(f"the local cloud does not support {', '.join(given)}", hint="leave it out")

    def body(self, stack: Stack | None = None) -> str:
        """The template's text: given, fetched from S3, or with UsePreviousTemplate the stack's own."""
        if self.get("TemplateBody"):
            check_size(self["TemplateBody"], stored=False)
            return str(self["TemplateBody"])
        if self.get("TemplateURL"):
            body = _fetched(self.region, self["TemplateURL"])
            check_size(body, stored=True)
            return body
        if self.flag("UsePreviousTemplate") and stack is not None:
            return stack.target.body
        raise Refusal("Either Template URL or Template Body must be specified.")

    def template(self) -> Template:
        """The template given, checked."""
        template = parse(self.body())
        check(template)
        return template

    def target(self, stack: Stack | None = None) -> Target:
        """Where the request takes the stack; raises Refusal for whatever makes it impossible."""
        self.check_options()
        before = stack.target if stack is not None else EMPTY
        body = self.body(stack)
        template = parse(body)
        check(template)
        capabilities = tuple(self.get("Capabilities", ()))
        check_capabilities(template, capabilities)
        flags = [{**each, "UsePreviousValue": _is_true(each)} for each in self.get("Parameters", ())]
        values = chosen(template, flags, before.parameters)
        tags = before.tags if self.get("Tags") is None else self.tags()
        return Target(body, values, tags, capabilities)


def page(items: list[Any], size: int, token: str | None) -> tuple[list[Any], dict[str, str]]:
    """One page of a list, and the answer's `NextToken` where more follows."""
    if token is not None and not token.isdigit():
        raise Refusal(f"NextToken {token} is not one that was given out", hint="begin again without it")
    start = int(token or 0)
    following = {"NextToken": str(start + size)} if start + size < len(items) else {}
    return items[start : start + size], following


def _is_true(parameter: Mapping[str, Any]) -> bool:
    return parameter.get("UsePreviousValue") in (True, "true", "True")


_HOSTED = re.compile(r"(?P<bucket>.+)\.s3[.-].*")


def _fetched(region: Region, url: str) -> str:
    """A template from S3, by a URL of either style."""
    parts = urlsplit(url)
    hosted = _HOSTED.fullmatch(parts.hostname or "")
    path = unquote(parts.path.lstrip("/"))
    bucket, key = (hosted["bucket"], path) if hosted else (path.partition("/")[0], path.partition("/")[2])
    try:
        answer = region.cloud.call("s3", "get_object", Bucket=bucket, Key=key)
    except Refusal as error:
        raise Refusal(f"S3 error: {error.message}", hint="upload the template first") from error
    return str(answer["Body"].read().decode())
