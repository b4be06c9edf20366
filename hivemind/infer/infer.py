"""From a survey to findings that can be deployed: nothing that a release cannot do without may be missing."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.errors import InferenceError
from hivemind.infer.check import check_service
from hivemind.infer.facts import Survey, Surveyed, within
from hivemind.infer.merge import to_findings
from hivemind.infer.signs import MANIFESTS, signs
from hivemind.infer.tree import Tree
from hivemind.model.findings import Findings
from hivemind.model.spec import ServiceSpec, Spec


def infer(tree: Tree, spec: Spec) -> Findings:
    """What the repository needs, the spec over inference; raises InferenceError when a service cannot be made out."""
    from hivemind.infer.survey import survey  # all detectors: not needed where a lock answers

    return to_deploy(survey(tree, spec), tree)


def to_deploy(found: Survey, tree: Tree) -> Findings:
    """A survey that is complete enough to be deployed; raises InferenceError naming what is missing."""
    for service in found.services:
        _require(tree, service)
    services = tuple(check_service(to_findings(one.spec, one.facts)) for one in found.services)
    return Findings(services=services, evidence=found.evidence, unsure=found.unsure)


def _require(tree: Tree, service: Surveyed) -> None:
    """Language, start command and packages; what is missing now would fail minutes later and far away."""
    spec, known, hints = service.spec, service.facts, service.hints
    if "language" not in known:
        raise _no_language(tree, spec)
    if "start" not in known:
        raise _no_start(tree, spec, str(known["language"].value), hints)
    if "install" in hints and "install" not in known:
        raise InferenceError(
            f"what service {spec.name} needs to have installed cannot be told",
            where=_place(spec),
            hint=hints["install"],
        )


def _no_language(tree: Tree, spec: ServiceSpec) -> InferenceError:
    seen = signs(tree, spec.path)
    if seen:
        name, language = seen[0]
        return InferenceError(
            f"service {spec.name} looks like {language}, which cannot be inferred yet",
            where=within(spec.path, name),
            hint="set app.runtime (python@3.12 or node@22), app.install and app.start",
        )
    return InferenceError(
        f"no application found for service {spec.name}; looked for {', '.join(list(MANIFESTS)[:8])} and others",
        where=_place(spec),
        hint="set app.start and app.runtime, or point app.path at the folder that holds the app",
    )


def _no_start(tree: Tree, spec: ServiceSpec, language: str, hints: Mapping[str, str]) -> InferenceError:
    beside = [name for name, other in signs(tree, spec.path) if other != language]
    seen = f", beside it {', '.join(beside)}" if beside else ""
    what = (
        "a worker's command is never guessed" if spec.kind == "worker" else f"no {language} web app that can be served"
    )
    also = [hints[field] for field in ("start", "install") if field in hints]
    return InferenceError(
        f"no start command for service {spec.name}: {what}{seen}",
        where=_place(spec),
        hint="; ".join([*also, f"add a Procfile with the line `{spec.kind}: <command>`, or set app.start"]),
    )


def _place(spec: ServiceSpec) -> str:
    """The service's folder, unless it is the project's."""
    return "" if spec.path == "." else spec.path
