"""The HTTP face: moto parses requests and serialises answers by the service model, `ACTIONS` decides everything else.

Imported only by `install`, since importing moto is slow.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from hivemind.emulator.cloudformation.actions import ACTIONS, Request
from hivemind.emulator.cloudformation.engine import Engine
from hivemind.emulator.cloudformation.refusal import Refusal

_CODES = (
    "AlreadyExistsException",
    "ChangeSetNotFound",
    "InsufficientCapabilitiesException",
    "InvalidChangeSetStatus",
    "TokenAlreadyExistsException",
)
"""The codes CloudFormation has of its own; everything else that is wrong is a ValidationError, as on AWS."""


class _Answered(ServiceException):  # type: ignore[misc]
    """A refusal as moto serialises it; moto finds the service of its own exceptions by their module."""


class CloudFormationResponder(BaseResponse):  # type: ignore[misc]
    """Answers CloudFormation's API by the engine it is bound to."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    def call_action(self) -> Any:
        """moto's hook for one request."""
        try:
            result = self._answer()
        except Refusal as refusal:
            code = refusal.code if refusal.code in _CODES else "ValidationError"
            result = ActionResult(_Answered(code, refusal.message))
        return self.serialized(result)

    def _answer(self) -> ActionResult:
        name = self._get_action()
        action = ACTIONS.get(name)
        if action is None:
            raise Refusal(f"the local cloud does not support {name}")
        answer = action(Request(self.engine, self.region, dict(self.params)))
        return EmptyResult() if answer is None else ActionResult(answer)


def responder_for(engine: Engine) -> Any:
    """The view function of one engine."""

    class Bound(CloudFormationResponder):
        """Answers by that engine."""

    Bound.engine = engine
    return Bound.dispatch
