"""What AWS would say of a template, asked of its own offline validator."""

from __future__ import annotations

import atexit
from functools import cache
from typing import Any

from hivemind.model.template import Template


def check(template: Template) -> tuple[str, ...]:
    """The errors in a template, one line each with the line, the resource and the rule; empty when it is valid."""
    from cloudformation_validate import ReportStatus, Severity, TemplateContent

    report = _engine().validate_template(TemplateContent(template.body, name=template.part))
    serious = (Severity.ERROR, Severity.FATAL)
    errors = tuple(_line(template.part, found) for found in report.diagnostics if found.severity in serious)
    if not errors and report.status != ReportStatus.OK:
        return (f"{template.part}: the validator did not finish ({report.status.name.lower()})",)
    return errors


@cache
def _engine() -> Any:
    """Loading its rules takes ten times as long as asking it."""
    from cloudformation_validate import CompositeEngine

    # Let go of it while its library is still there: at the interpreter's very end it would complain on stderr.
    atexit.register(_engine.cache_clear)
    return CompositeEngine()


def _line(part: str, found: Any) -> str:
    place = f"{part}:{found.start_line}" if found.start_line else part
    resource = f"{found.entity.logical_id}: " if found.entity else ""
    return f"{place}: {resource}{found.message} [{found.rule_id}]"
