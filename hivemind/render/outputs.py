"""The outputs of a template, read from its text."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.model.template import Template
from hivemind.render.yaml_text import load


def outputs(template: Template) -> Mapping[str, str | None]:
    """Each output's name with the condition it is there under; None for one that is always there."""
    return {name: output.get("Condition") for name, output in load(template.body).get("Outputs", {}).items()}
