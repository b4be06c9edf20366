"""Which machines follow from what was found: the type of the instances and of the builder, each with its reason.

The spec's own word counts before this; what is chosen here is never smaller than what the stage asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hivemind.model.findings import Findings, Language, ServiceFindings
from hivemind.model.spec import EnvironmentSpec


@dataclass(frozen=True)
class Machine:
    """An instance type, and why it is not the usual one; empty when it is."""

    type: str
    why: str = ""


SMALL, ROOMY = "t3.micro", "t3.small"
"""One and two GiB of memory."""
BUILDER, LARGE_BUILDER = "c6i.large", "c6i.xlarge"
"""Two whole CPUs and 4 GiB, or four and 8: a fresh burstable machine has no credits yet and would crawl through the one
thing it is started for. Ten minutes cost 1.4 or 2.8 cents. x86_64, like the image and the instances that run its
work."""

OF_LANGUAGE: Mapping[Language, str] = {
    "java": "a JVM with its heap, code cache and threads needs more than 1 GiB",
    "dotnet": ".NET sizes its heaps by the machine, and 1 GiB is soon too little",
    "elixir": "the BEAM and an application's code need more than 1 GiB under load",
}
OF_FRAMEWORK: Mapping[str, str] = {
    "next": "Next.js renders pages in memory, beside an image cache: 1 GiB is too little",
    "nuxt": "Nuxt renders pages in memory: 1 GiB is too little",
    "streamlit": "Streamlit keeps every visitor's session and data in memory: 1 GiB is too little",
}
"""Why 1 GiB of memory will not do; everything else starts on it."""

TO_BUILD: Mapping[Language, str] = {
    "rust": "Rust compiles every crate and links in more than 4 GiB",
    "cpp": "C++ compiles on every CPU, and some files take a GiB each",
}
"""Why two CPUs and 4 GiB will not do to build."""


def instances(environment: EnvironmentSpec, findings: Findings) -> Machine:
    """The type of an environment's instances; all of its services share it."""
    if environment.instance_type is None and environment.machine == SMALL:
        for service in findings.services:
            for why in _needs_room(service):
                return Machine(ROOMY, f"{service.name}: {why}")
    return Machine(environment.machine)


def builder(findings: Findings) -> Machine:
    """The type of the builder: two whole CPUs, or four where two would take too long."""
    for service in findings.services:
        if service.language in TO_BUILD:
            return Machine(LARGE_BUILDER, f"{service.name}: {TO_BUILD[service.language]}")
    return Machine(BUILDER)


def settled(environment: EnvironmentSpec, findings: Findings) -> EnvironmentSpec:
    """The environment with the type of its instances said."""
    return environment.model_copy(update={"instance_type": instances(environment, findings).type})


def _needs_room(service: ServiceFindings) -> Iterator[str]:
    if service.language in OF_LANGUAGE:
        yield OF_LANGUAGE[service.language]
    if (framework := (service.framework or "").lower().removesuffix(".js")) in OF_FRAMEWORK:
        yield OF_FRAMEWORK[framework]
