"""What single values do not show: keys that exclude or need one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from hivemind.model.image import IMAGES, ImageName
from hivemind.model.record import Record
from hivemind.model.spec import PRODUCTION_LEAST, EnvironmentSpec, ServiceSpec, Spec, Subnets, TransitionSpec
from hivemind.spec.problems import Fault, Place
from hivemind.spec.source import Entry, MappingNode
from hivemind.spec.words import path, shown

_HTTP_KEYS = ("port", "health", "live")
_TOO_SMALL = ("nano", "micro")
_IMAGE: ImageName = "al2023"
"""What a service runs on when it does not say."""


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

    def within(self, name: str, *below: str) -> Place:
        """Where the value stands that is found by these keys one under the other, or the last of them that is there."""
        entry = self.entries[name]
        for key in below:
            if not isinstance(entry.value, MappingNode) or key not in entry.value.entries:
                return entry.place
            entry = entry.value.entries[key]
        return entry.value.place


Rule: TypeAlias = Callable[[ReadSection], Iterator[tuple[Place, Fault]]]


def check_document(document: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """One web service under `app`, or services by name; what holds for all of them."""
    yield from _check_services(document)
    yield from _check_images(document)
    yield from _check_reach(document)


def _check_services(document: ReadSection) -> Iterator[tuple[Place, Fault]]:
    if {"app", "services"} <= document.values.keys():
        place = max(document.key_place("app"), document.key_place("services"))
        hint = "Keep `app` for one web service; for several, move it under `services` as `web`."
        yield place, Fault("`app` and `services` exclude each other", hint)
    if document.values.get("services") == {}:
        hint = "Name at least one, as in `services: {web: {}}`, or remove the line."
        yield document.place("services"), Fault("`services` names no service", hint)


def _check_images(document: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """One builder makes the release of all services, on the image that they run on."""
    images = _images(document)
    first = next(iter(images.values()), _IMAGE)
    for name, image in images.items():
        if image != first:
            hint = f"One builder makes the release of all services; write `image: {first}` here, or another in each."
            place = document.within("services", name, "image")
            yield place, Fault(f"`services.{name}` runs on {image} and others on {first}", hint)


def _check_reach(document: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """Only Amazon Linux keeps its packages in S3, which instances reach without a way to the internet."""
    image = next(iter(_images(document).values()), _IMAGE)
    if image == _IMAGE or document.values.get("network"):
        return
    for name, environment in (document.values.get("environments") or {}).items():
        if environment and environment.get("stage") == "production" and environment.get("nat") == "none":
            hint = "Write `nat: single` or `nat: per-zone`, or `image: al2023`, whose packages are in S3."
            fault = Fault(f"instances of {IMAGES[image].title} need a way to its package servers", hint)
            yield document.within("environments", name, "nat"), fault


def _images(document: ReadSection) -> Mapping[str, ImageName]:
    """The image of each service, as far as it could be read."""
    services = document.values.get("services") or {"web": document.values.get("app")}
    images = {name: (service or {}).get("image", _IMAGE) for name, service in services.items()}
    return {name: image for name, image in images.items() if image}


def check_service(service: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """What one key of a service says against another."""
    yield from _check_worker(service)
    yield from _check_variables(service)


def _check_worker(service: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """Nobody asks a worker anything."""
    if service.values.get("kind") != "worker":
        return
    for name in service.values:
        if name in _HTTP_KEYS:
            fault = Fault(f"{service.path(name)} has no meaning for a worker", "Remove it, or write `kind: web`.")
            yield service.key_place(name), fault


def _check_variables(service: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """A variable has one value: as written, or as another deployment's output."""
    for name in service.values.get("uses") or {}:
        if name in (service.values.get("env") or {}):
            fault = Fault(f"`{name}` is said in `env` and in `uses`", "Keep the one that is meant.")
            yield service.within("uses", name), fault


def check_environment(environment: ReadSection) -> Iterator[tuple[Place, Fault]]:
    """Production survives the loss of an instance, and is never the smallest machine."""
    if environment.values.get("stage") != "production":
        return
    instances = environment.values.get("instances")
    if isinstance(instances, int) and instances < PRODUCTION_LEAST:
        hint = f"Write {PRODUCTION_LEAST} or more, or `stage: stage-1`."
        yield environment.place("instances"), Fault(f"production needs at least {PRODUCTION_LEAST} instances", hint)
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
