"""What shows why a colour does not work: cause, events, targets, consoles and log. Gathering it never fails.

The cause is what an instance itself found wrong with the release before it gave up; it stands somewhere in its console,
and what the application writes after it may be long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache

from hivemind.apply.acting import Acting
from hivemind.apply.condition import last_operation, reasons
from hivemind.apply.outcome import Stopped
from hivemind.errors import CloudError
from hivemind.model.live import Colour, LiveStack
from hivemind.model.names import for_colour

CONSOLE_LINES, LOG_LINES, LINE_LENGTH = 25, 25, 400
LOG_GROUP = "LogGroup"
"""The service stack's output that names its log group."""
VERDICT = "FAILED: "
"""Begins the line with which scripts/bootstrap says why an instance does not serve."""


def of_colour(stack: str, colour: Colour, acting: Acting) -> Mapping[str, tuple[str, ...]]:
    """Lines by source, empty sources left out; a source that cannot be read says so in its own line."""
    found = acting.cloud.stacks.find(stack)
    if found is None:
        return {}
    consoles = cache(lambda: _consoles(found, colour, acting))
    sources: dict[str, Callable[[], Iterable[str]]] = {
        "cause": lambda: _causes(consoles()),
        "events": lambda: reasons(last_operation(acting.cloud.stacks.events(stack, frozenset()))),
        "targets": lambda: _targets(found, colour, acting),
        "console": lambda: [f"{id}: {line}" for id, text in consoles().items() for line in _tail(text)],
        "log": lambda: _log(found, colour, acting),
    }
    gathered = {name: tuple(line[:LINE_LENGTH] for line in _read(source)) for name, source in sources.items()}
    return {name: lines for name, lines in gathered.items() if lines}


def lines_of(gathered: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The same as lines, each with its source in front."""
    return tuple(f"{source} | {line}" for source, lines in gathered.items() for line in lines)


def explained(stopped: Stopped, service: str, colour: Colour, gathered: Mapping[str, tuple[str, ...]]) -> Stopped:
    """With what was gathered as evidence, and led by the cause that an instance itself found, where one did."""
    found = replace(stopped, evidence=stopped.evidence + lines_of(gathered))
    causes = gathered.get("cause", ())
    return replace(found, message=f"{service} {colour} does not start: {causes[0]}") if causes else found


def console_tail(instance: str, acting: Acting) -> tuple[str, ...]:
    """The last lines of a machine's console that are not blank."""
    return _tail(acting.cloud.instances.console(instance))


def _tail(console: str) -> tuple[str, ...]:
    lines = [line.rstrip() for line in console.splitlines() if line.strip()]
    return tuple(lines[-CONSOLE_LINES:])


def _read(source: Callable[[], Iterable[str]]) -> tuple[str, ...]:
    try:
        return tuple(source())
    except CloudError as error:
        return (f"could not be read: {error}",)


def _targets(stack: LiveStack, colour: Colour, acting: Acting) -> Iterable[str]:
    group = stack.resource(for_colour(colour, "Targets"))
    if group is None or not group.physical_id:
        return ()
    return [f"{t.target} {t.state} {t.reason}".rstrip() for t in acting.cloud.traffic.health(group.physical_id)]


def _causes(consoles: Mapping[str, str]) -> Iterable[str]:
    """What the instances found, each once."""
    lines = [line for text in consoles.values() for line in text.splitlines() if VERDICT in line]
    return dict.fromkeys(line.partition(VERDICT)[2].strip() for line in lines)


def _consoles(stack: LiveStack, colour: Colour, acting: Acting) -> Mapping[str, str]:
    """All that each of the colour's machines has printed."""
    return {machine: acting.cloud.instances.console(machine) for machine in _machines(stack, colour, acting)}


def _log(stack: LiveStack, colour: Colour, acting: Acting) -> Iterable[str]:
    """Of the colour's own machines, each of which has a stream by its id: the others' tell of another release."""
    group = stack.outputs.get(LOG_GROUP)
    streams = frozenset(_machines(stack, colour, acting))
    return acting.cloud.telemetry.log_tail(group, LOG_LINES, streams) if group else ()


def _machines(stack: LiveStack, colour: Colour, acting: Acting) -> tuple[str, ...]:
    group = stack.resource(for_colour(colour, "Group"))
    if group is None or not group.physical_id:
        return ()
    return tuple(machine.id for machine in acting.cloud.instances.in_group(group.physical_id))
