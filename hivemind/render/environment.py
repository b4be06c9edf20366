"""An environment's templates: the foundation and one per service.

This is the door of the room. What is behind it imports troposphere, which takes longer than most commands; so it is
imported here, by the call.
"""

from __future__ import annotations

from hivemind.model import names
from hivemind.model.findings import Findings
from hivemind.model.spec import EnvironmentSpec, Spec
from hivemind.model.template import FOUNDATION, Template
from hivemind.render.scope import scope


def render(spec: Spec, environment: EnvironmentSpec, findings: Findings) -> tuple[Template, ...]:
    """The foundation first, then the services in their order; raises RenderError for what cannot be rendered."""
    from hivemind.render.foundation import foundation_text
    from hivemind.render.service import service_text

    here = scope(spec, environment, findings)
    name, env = spec.name, environment.name
    return (
        Template(part=FOUNDATION, stack=names.foundation_stack(name, env), body=foundation_text(here)),
        *(
            Template(
                part=service.name,
                stack=names.service_stack(name, env, service.name),
                body=service_text(here, service),
            )
            for service in findings.services
        ),
    )
