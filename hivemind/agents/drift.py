"""What was changed beside HiveMind, and the two ways on: have it back as the templates say, or say it in the spec.

To say it in the spec is to find the edit under which the template would say what is there: each key that could be meant
is tried, and the one counts after which the rendered template agrees. Nothing is guessed from names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hivemind.agents.conductor import render_environment
from hivemind.agents.hive import Hive
from hivemind.agents.observe import observe
from hivemind.agents.project import Project
from hivemind.agents.stack import bring_about
from hivemind.errors import HiveMindError
from hivemind.model import names
from hivemind.model.drift import Drift, PropertyDrift, ResourceDrift
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.template import StackInput
from hivemind.plan.document import document
from hivemind.plan.drift import drifted
from hivemind.plan.standing import is_shell, stacks

Edit = Mapping[str, str | int]
"""Values by dotted key of the spec."""
Proposed = Callable[[Edit], Project]
SIZES = ("small", "medium", "large")


@dataclass(frozen=True)
class Adoption:
    """What the spec has to say for its templates to say what is there, and what no key of it says."""

    edit: Edit
    left: tuple[ResourceDrift, ...]


def drift(project: Project, environment: EnvironmentSpec, hive: Hive) -> Drift:
    """Everything in the deployment's stacks that is not as their templates say, compared now."""
    live = observe(project.spec, environment.name, hive.observatory)
    standing = [stack for stack in stacks(live).values() if not is_shell(stack)]
    found = [each for stack in standing if not stack.busy for each in hive.observatory.stacks.drift(stack.name)]
    return Drift(
        deployment=hive.deployment,
        resources=tuple(drifted(found)),
        unlooked=tuple(stack.name for stack in standing if stack.busy),
    )


def revert(found: Drift, project: Project, environment: EnvironmentSpec, hive: Hive) -> None:
    """Have each stack put back what drifted; raises StepError or RefusedError when it cannot be."""
    with hive.store.lease(hive.who, "revert drift"):
        live = observe(project.spec, environment.name, hive.observatory)
        for part, stack in stacks(live).items():
            if any(each.stack == stack.name for each in found.resources):
                wanted = StackInput(
                    name=stack.name,
                    body=stack.body,
                    parameters=dict.fromkeys(stack.parameters),
                    tags=names.stack_tags(part, hive.deployment),
                    reverts_drift=True,
                )
                bring_about(wanted, hive.cloud.stacks, hive.clock)


def adoption(found: Drift, environment: EnvironmentSpec, proposed: Proposed) -> Adoption:
    """The edit of the spec that says what is there; `proposed` reads the spec as an edit would make it."""
    edit: dict[str, str | int] = {}
    left: list[ResourceDrift] = []
    for resource in found.resources:
        said = [_edit(resource, each, environment, proposed) for each in resource.properties]
        for each in said:
            edit |= each or {}
        unsaid = tuple(p for p, each in zip(resource.properties, said, strict=True) if each is None)
        if unsaid or resource.state == "gone":
            left.append(resource.model_copy(update={"properties": unsaid}))
    return Adoption(edit, tuple(left))


def _edit(
    resource: ResourceDrift, drift: PropertyDrift, environment: EnvironmentSpec, proposed: Proposed
) -> Edit | None:
    for edit in _candidates(drift.found, environment.name):
        try:
            project = proposed(edit)
            templates = render_environment(project, project.environment(environment.name), project.findings())
        except HiveMindError:
            continue
        body = next((template.body for template in templates if template.stack == resource.stack), "{}")
        if _says(document(body), resource.logical_id, drift.path) == drift.found:
            return edit
    return None


def _candidates(value: str | None, environment: str) -> Iterator[Edit]:
    """Every key that a value like this could stand for; first none, as the spec may say so and wait to be applied."""
    yield {}
    if value is None:
        return
    here = f"environments.{environment}"
    if value.isdigit():
        yield {f"{here}.instances": int(value)}
        yield {"database.storage_gb": int(value)}
    yield from ({"database.size": size} for size in SIZES)
    yield {"database.version": value}
    yield {"app.health": value}
    yield {f"{here}.instance_type": value}
    yield {f"{here}.certificate": value}
    yield {f"{here}.monitoring.alarm_email": value}


def _says(template: Any, logical_id: str, path: str) -> str | None:
    """What a template says of a property, as CloudFormation would tell it; None where it says nothing plain."""
    value: Any = template.get("Resources", {}).get(logical_id, {}).get("Properties", {})
    for word in path.split("/"):
        if isinstance(value, list) and word.isdigit() and int(word) < len(value):
            value = value[int(word)]
        elif isinstance(value, dict):
            value = value.get(word)
        else:
            return None
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case dict() | list():
            return json.dumps(value)
        case _:
            return str(value)
