"""What one deployment takes of another: outputs as variables of its services, and so the order of the two.

    services: {web: {uses: {API_URL: api/Url}}}

Planning looks the value up where the other deployment stands, in the environment of the same name; the plan then holds
it as any value written in the spec. So a reviewed plan runs with what was looked up for its review, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from hivemind.agents.project import Project, read_project
from hivemind.errors import HiveMindError, RefusedError, UsageError
from hivemind.model import names
from hivemind.model.spec import EnvironmentSpec, ServiceSpec
from hivemind.ports import StackReader


def supplied(project: Project, environment: EnvironmentSpec, stacks: StackReader | None) -> Project:
    """The project with what its services use in their environment; without a look, by name alone.

    Raises RefusedError where another deployment has no such output.
    """
    services = tuple(_supplied(service, project, environment, stacks) for service in project.spec.services)
    return replace(project, spec=project.spec.model_copy(update={"services": services}))


def used(project: Project) -> frozenset[str]:
    """The names of the deployments that this one takes something of."""
    return frozenset(told.partition("/")[0] for each in project.spec.services for told in each.uses.values())


def in_order(files: Iterable[Path]) -> Sequence[Path]:
    """Specs so that each comes after those it uses; raises UsageError where they use each other in a circle."""
    known = {file: _readable(file) for file in files}
    by_name: dict[str, list[Path]] = {}
    for file, project in known.items():
        if project is not None:
            by_name.setdefault(project.spec.name, []).append(file)
    before: Mapping[Path, list[Path]] = {
        file: [other for name in sorted(used(project)) for other in by_name.get(name, ())] if project else []
        for file, project in known.items()
    }
    try:
        return tuple(TopologicalSorter(before).static_order())
    except CycleError as error:
        circle = " → ".join(str(file) for file in error.args[1])
        raise UsageError(
            f"these use each other in a circle: {circle}", hint="Take one of them out of `uses`."
        ) from None


def _supplied(
    service: ServiceSpec, project: Project, environment: EnvironmentSpec, stacks: StackReader | None
) -> ServiceSpec:
    values = {
        key: _output(told, environment, stacks, project) if stacks else f"({told})"
        for key, told in service.uses.items()
    }
    return service.model_copy(update={"env": {**service.env, **values}})


def _output(told: str, environment: EnvironmentSpec, stacks: StackReader, project: Project) -> str:
    """`deployment/Output` of its foundation, `deployment/service.Output` of one of its services."""
    other, _, output = told.partition("/")
    service, dot, name = output.rpartition(".")
    stack = (
        names.service_stack(other, environment.name, service)
        if dot
        else names.foundation_stack(other, environment.name)
    )
    found = stacks.find(stack)
    value = found.outputs.get(name) if found else None
    if value is None:
        raise RefusedError(
            f"{other}:{environment.name} has no output `{output}`" + ("" if found else ": it does not stand"),
            where=str(project.file),
            hint=f"Deploy {other} to {environment.name} first, or name an output that its `hivemind apply` shows.",
        )
    return value


def _readable(file: Path) -> Project | None:
    try:
        return read_project(file)
    except HiveMindError:
        return None
