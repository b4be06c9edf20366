"""From a troposphere template to the text of a stack: one place that tags everything and writes it down."""

from __future__ import annotations

from collections.abc import Mapping

from troposphere import Tags, Template

from hivemind.render.yaml_text import dump


def text(template: Template, tags: Mapping[str, str]) -> str:
    """The template as YAML, every resource that can carry tags carrying these."""
    for resource in template.resources.values():
        if "Tags" in resource.props and "Tags" not in resource.properties:
            resource.Tags = Tags(**tags)
    return dump(template.to_dict())
