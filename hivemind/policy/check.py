"""Sheriff's review: every rule over every template. It fails closed: a rule that crashes blocks the plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from hivemind import __version__
from hivemind.model.plan import Finding
from hivemind.policy.rule import Rule
from hivemind.policy.rules import RULES
from hivemind.policy.view import Documents, View


def check(documents: Documents, rules: tuple[Rule, ...] = RULES) -> tuple[Finding, ...]:
    """The findings over parsed templates by part (long form, as in `{"Ref": ..}`), in the order of the rules."""
    return tuple(finding for rule in rules for finding in _run(rule, documents))


def version(rules: tuple[Rule, ...] = RULES) -> str:
    """What judges, so that a plan judged by something else is known: HiveMind's version and a digest of the rules."""
    told = json.dumps([(rule.id, rule.severity, rule.title) for rule in rules])
    return f"hivemind {__version__}, rules {hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _run(rule: Rule, documents: Documents) -> Iterator[Finding]:
    try:
        faults = tuple(rule.check(View(documents)))
    except Exception as error:  # whatever goes wrong in a rule, the plan must not pass unjudged
        yield _crash(rule, error)
        return
    for fault in faults:
        yield Finding(
            rule=rule.id,
            severity=rule.severity,
            title=fault.title,
            where=fault.where,
            why=rule.why,
            fix=fault.fix,
            source=rule.source,
        )


def _crash(rule: Rule, error: Exception) -> Finding:
    """A finding that names the rule and the kind of error, never its text: that may quote a template."""
    return Finding(
        rule=rule.id,
        severity="block",
        title=f"the rule could not be checked ({type(error).__name__})",
        where="",
        why=f"nobody knows whether this holds: {rule.title}",
        fix="render the templates again; if it stays, report it with the templates",
        source=rule.source,
    )
