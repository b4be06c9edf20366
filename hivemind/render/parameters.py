"""What a service stack is told at each change: the foundation's outputs, and per colour a release and its shape.

No parameter has a default: one left out of an update would silently take it, and a defaulted release is a deleted
colour.
"""

from __future__ import annotations

from typing import Any

from troposphere import And, Equals, Not, Or, Parameter, Ref, Template

from hivemind.model import names
from hivemind.model.balancing import PORTS
from hivemind.model.findings import ServiceFindings
from hivemind.model.live import COLOURS, Colour
from hivemind.render.scope import Scope

WEIGHT_LIMIT = 999


def add_parameters(template: Template, scope: Scope, service: ServiceFindings) -> None:
    """Parameters, the conditions `HasBlue` and `HasGreen`, and for a web service the rules on weights."""
    web = service.kind == "web"
    for title in _from_foundation(web=web, database=scope.uses_database(service)):
        template.add_parameter(Parameter(title, Type="String"))
    for colour in COLOURS:
        # Of each colour its own: a foundation with other subnets must not move the instances that serve.
        template.add_parameter(Parameter(names.for_colour(colour, "Subnets"), Type="CommaDelimitedList"))
        _add_colour(template, colour, capacity_limit=capacity_limit(scope), web=web)
    if web:
        template.add_parameter(
            Parameter(names.TEST_TOKEN, Type="String", NoEcho=True, MinLength=16, AllowedPattern="[A-Za-z0-9_-]+")
        )
        _add_weight_rules(template)


def capacity_limit(scope: Scope) -> int:
    """How many instances a colour may have: room to double, and to grow by three from the smallest."""
    count = scope.environment.instance_count
    return max(2 * count, count + 3)


def condition(colour: Colour) -> str:
    """The condition that a colour holds a release."""
    return f"Has{colour.title()}"


def _from_foundation(*, web: bool, database: bool) -> list[str]:
    """Outputs of the foundation and bootstrap stacks, by their names there."""
    wanted = [names.ARTIFACT_BUCKET, "AppSecurityGroup", "AlertsTopic"]
    if web:
        wanted += ["VpcId", "Listener", "LoadBalancerFullName"]
    if database:
        wanted += ["DatabaseSecret", "DatabaseIdentifier"]
    return wanted


def _add_colour(template: Template, colour: Colour, *, capacity_limit: int, web: bool) -> None:
    patterns = {
        "Release": "^$|^[0-9a-f]{64}$",
        "Checksum": "^$|^[0-9a-f]{64}$",
        # A plain string: as an SSM parameter the image would move under a release that was verified on another.
        "Image": "^$|^ami-[0-9a-f]{8,17}$",
        "InstanceType": "^$|^[a-z0-9-]+[.][a-z0-9-]+$",
    }
    numbers = {"Capacity": (0, capacity_limit)}
    if web:
        # Of each colour its own: another port makes another target group, and the live one must stay.
        patterns["HealthPath"] = "^/[!-~]*$"
        numbers |= {"Port": PORTS, "Weight": (0, WEIGHT_LIMIT)}
    for what, pattern in patterns.items():
        template.add_parameter(Parameter(names.for_colour(colour, what), Type="String", AllowedPattern=pattern))
    for what, (least, most) in numbers.items():
        title = names.for_colour(colour, what)
        template.add_parameter(Parameter(title, Type="Number", MinValue=least, MaxValue=most))
    template.add_condition(condition(colour), Not(_empty(colour)))


def _add_weight_rules(template: Template) -> None:
    """Weights of 0 and 0 are undocumented at AWS, and traffic to a colour without a release would be lost."""
    _add_rule(template, "SomeWeight", "one of the weights must be above 0", Not(And(*map(_weightless, COLOURS))))
    _add_rule(
        template,
        "WeightNeedsRelease",
        "a colour with weight needs a release, unless no colour has one yet",
        Or(And(*map(_empty, COLOURS)), And(*(Or(_weightless(colour), Not(_empty(colour))) for colour in COLOURS))),
    )


def _add_rule(template: Template, name: str, description: str, assertion: Any) -> None:
    template.add_rule(name, {"Assertions": [{"Assert": assertion, "AssertDescription": description}]})


def _empty(colour: Colour) -> Any:
    return Equals(Ref(names.for_colour(colour, "Release")), "")


def _weightless(colour: Colour) -> Any:
    return Equals(Ref(names.for_colour(colour, "Weight")), "0")
