"""The stack of one service: what both colours share, and the colours."""

from __future__ import annotations

from troposphere import Output, Ref, Template, logs

from hivemind.model.findings import ServiceFindings
from hivemind.model.live import COLOURS
from hivemind.render import access, stack
from hivemind.render.alarms import add_service_alarms
from hivemind.render.colour import add_colour
from hivemind.render.dashboard import add_dashboard
from hivemind.render.parameters import add_parameters
from hivemind.render.scope import Scope, secret_names
from hivemind.render.targets import add_targets
from hivemind.render.tracing import add_tracing


def service_text(scope: Scope, service: ServiceFindings) -> str:
    """A service's template as text; releases are parameters, so an app release does not change it."""
    template = Template(Description=f"{scope.deployment}: service {service.name}, blue and green")
    template.set_version("2010-09-09")
    add_parameters(template, scope, service)
    template.add_resource(logs.LogGroup("LogGroup", RetentionInDays=scope.retention_days))
    template.add_output(Output("LogGroup", Value=Ref("LogGroup")))
    statements, operators = _statements(scope, service), [access.SESSION_MANAGER]
    access.add_role(template, "Instance", statements, managed=operators, boundary=scope.boundary)
    if service.kind == "web":
        add_targets(template, scope, service)
    for colour in COLOURS:
        add_colour(template, scope, service, colour)
    add_service_alarms(template, service)
    add_dashboard(template, scope, service)
    if scope.environment.monitoring.xray:
        add_tracing(template, scope, service)
    return stack.text(template, scope.tags)


def _statements(scope: Scope, service: ServiceFindings) -> list[access.Statement]:
    database = Ref("DatabaseSecret") if scope.uses_database(service) else None
    signals = [] if scope.spec.image == "al2023" else [access.signal_stack()]
    traces = [access.write_traces()] if scope.environment.monitoring.xray else []
    return [
        access.read_objects(scope.prefix, "built"),
        access.write_logs("LogGroup"),
        *access.read_secrets(database, secret_names(service)),
        *signals,
        *traces,
    ]
