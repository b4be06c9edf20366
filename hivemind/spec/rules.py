"""What single values do not show: keys that exclude or need one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from hivemind.model.record import Record
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec, Subnets, TransitionSpec
from hivemind.spec.problems import Fault, Place
from hivemind.spec.source import Entry
from hivemind.spec.words import path, shown

_HTTP_KEYS = ("port", "health", "live")
_TOO_SMALL = ("nano", "micro")


class ReadSection(NamedTuple):
    """A section at `at`: where it stands, what was written, and its values as far as they could be read, else None."""

    at: tuple[str, ...]
    whole: Place
    entries: Mapping[str, Entry]
    values: Mapping[str, Any]

    def key_place(self, name: str) -> Place:
        """Where the key stands."""
        return self.entries[name].place

    def place(self, name: str) -> Place:
        """Where the key's value stands."""
        return self.entries[name].value.place

    def path(self, name: str) -> str:
        """The key with its parents, for a message."""
        return path((*self.at, name))


Rule: TypeAlias = Callable[[ReadSection], Iterator[tuple[Place, Fault]]]


def check_document(document: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """One web service under `app`, or services by name."""
    if {"app", "services"} <= document.values.keys():
        place = max(document.key_place("app"), document.key_place("services"))
        hint = "Keep `app` for one web service; for several, move it under `services` as `web`."
        yield place, Fault("`app` and `services` exclude each other", hint)
    if document.values.get("services") == {}:
        hint = "Name at least one, as in `services: {web: {}}`, or remove the line."
        yield document.place("services"), Fault("`services` names no service", hint)


def check_service(service: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """Nobody asks a worker anything."""
    if service.values.get("kind") != "worker":
        return
    for name in service.values:
        if name in _HTTP_KEYS:
            fault = Fault(f"{service.path(name)} has no meaning for a worker", "Remove it, or write `kind: web`.")
            yield service.key_place(name), fault


def check_environment(environment: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """Production survives the loss of an instance, and is never the smallest machine."""
    if environment.values.get("stage") != "production":
        return
    if environment.values.get("instances") == 1:
        hint = "Write 2 or more, or `stage: stage-1`."
        yield environment.place("instances"), Fault("production needs at least 2 instances", hint)
    machine = environment.values.get("instance_type") or ""
    if machine.partition(".")[2] in _TOO_SMALL:
        hint = "Write t3.small or larger, or `stage: stage-1`."
        yield environment.place("instance_type"), Fault(f"production needs more than {shown(machine)}", hint)


def check_transition(transition: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """A canary has rising steps, and only a canary has steps."""
    steps = transition.values.get("steps", [])
    strategy = transition.values.get("strategy", "blue_green")
    if strategy == "canary" and steps == []:
        hint = "Add the percentages of the traffic, for example `steps: [10, 50]`."
        yield transition.place("strategy"), Fault("a canary needs steps", hint)
    if strategy == "blue_green" and steps:
        hint = "Write `strategy: canary`, or remove the steps."
        yield transition.key_place("steps"), Fault(f"{transition.path('steps')} needs a canary", hint)
    known = [step for step in steps or () if step is not None]
    if any(before >= after for before, after in pairwise(known)):
        hint = "Order them, each once, for example `steps: [10, 50]`."
        yield transition.place("steps"), Fault(f"{transition.path('steps')} must rise", hint)


def check_subnets(subnets: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """Every subnet once: two subnets are two zones."""
    seen: set[str] = set()
    for name, ids in subnets.values.items():
        for subnet in filter(None, ids or ()):
            if subnet in seen:
                hint = "Name each subnet once, in `public` or in `private`."
                yield subnets.place(name), Fault(f"{shown(subnet)} is given twice", hint)
            seen.add(subnet)


RULES: Mapping[type[Record], Rule] = {
    Spec: check_document,
    ServiceSpec: check_service,
    EnvironmentSpec: check_environment,
    TransitionSpec: check_transition,
    Subnets: check_subnets,
}
