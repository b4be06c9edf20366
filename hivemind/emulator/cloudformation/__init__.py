"""CloudFormation for the local cloud: it takes the place of moto's service in the same server.

A request goes through `responder` to an action of `actions`. The action parses and checks the template (`template`,
`parameters`, `admission`), foresees the changes (`changes`) and hands the target to the `engine`, which runs a
`deployment` (and, when that fails, a `rollback`) in a thread. Those bring single resources about through the handlers
of `resources`, which act through boto3 against the server's own endpoint, exactly as an outside caller would. What is
remembered are the plain records of `stacks`, which the server saves and restores.
"""

from __future__ import annotations

from collections.abc import Callable

from hivemind.emulator.cloudformation.engine import Engine
from hivemind.emulator.cloudformation.stacks import Stacks

__all__ = ["Engine", "Stacks", "install"]


def _ignore() -> None:
    """No one is told of changes."""


def install(endpoint: str, state: Stacks, on_change: Callable[[], None] = _ignore) -> Engine:
    """Answers CloudFormation of the moto server at `endpoint` from now on; call it before the server's first request.

    `state` is new, or what was restored; `on_change` is called, from any thread, after every change worth saving.
    """
    from hivemind.emulator.cloudformation.responder import responder_for
    from hivemind.emulator.cloudformation.standin import stand_in

    engine = Engine(endpoint, state, on_change)
    stand_in(responder_for(engine))
    return engine
