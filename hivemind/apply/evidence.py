"""What shows why a colour does not work: consoles, log, target reasons, stack events. Gathering it never fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hivemind.apply.acting import Acting
from hivemind.apply.condition import last_operation, reasons
from hivemind.errors import CloudError
from hivemind.model.live import Colour, LiveStack
from hivemind.model.names import for_colour

CONSOLE_LINES, LOG_LINES, LINE_LENGTH = 25, 25, 400
LOG_GROUP = "LogGroup"
"""The service stack's output that names its log group."""


def of_colour(stack: str, colour: Colour, acting: Acting) -> Mapping[str, tuple[str, ...]]:
    """Lines by source, empty sources left out; a source that cannot be read says so in its own line."""
    found = acting.cloud.stacks.find(stack)
    if found is None:
        return {}
    sources: dict[str, Callable[[], Iterable[str]]] = {
        "events": lambda: reasons(last_operation(acting.cloud.stacks.events(stack, frozenset()))),
        "targets": lambda: _targets(found, colour, acting),
        "console": lambda: _consoles(found, colour, acting),
        "log": lambda: _log(found, acting),
    }
    gathered = {name: tuple(line[:LINE_LENGTH] for line in _read(source)) for name, source in sources.items()}
    return {name: lines for name, lines in gathered.items() if lines}


def lines_of(gathered: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The same as lines, each with its source in front."""
    return tuple(f"{source} | {line}" for source, lines in gathered.items() for line in lines)


def console_tail(instance: str, acting: Acting) -> tuple[str, ...]:
    """The last lines of a machine's console that are not blank."""
    lines = [line.rstrip() for line in acting.cloud.instances.console(instance).splitlines() if line.strip()]
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


def _consoles(stack: LiveStack, colour: Colour, acting: Acting) -> Iterable[str]:
    group = stack.resource(for_colour(colour, "Group"))
    if group is None or not group.physical_id:
        return ()
    machines = acting.cloud.instances.in_group(group.physical_id)
    return [f"{machine.id}: {line}" for machine in machines for line in console_tail(machine.id, acting)]


def _log(stack: LiveStack, acting: Acting) -> Iterable[str]:
    group = stack.outputs.get(LOG_GROUP)
    return acting.cloud.telemetry.log_tail(group, LOG_LINES) if group else ()
