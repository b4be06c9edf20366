"""The story of inference: for each service detect, read the Procfile and the needs, merge under the spec, check."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.errors import InferenceError
from hivemind.infer.check import check_evidence, check_service, folder_of
from hivemind.infer.detectors import LANGUAGES, NEEDS
from hivemind.infer.facts import Candidate, Facts, Reading, Service, question, within
from hivemind.infer.merge import evidence_of, layered, spec_facts, to_findings
from hivemind.infer.procfile import read_procfile
from hivemind.infer.runtimes import language_of
from hivemind.infer.signs import MANIFESTS, signs
from hivemind.infer.tree import MAX_FILES, Tree
from hivemind.model.findings import Evidence, Findings, Question, ServiceFindings
from hivemind.model.image import IMAGES
from hivemind.model.spec import ServiceSpec, Spec


def infer(tree: Tree, spec: Spec) -> Findings:
    """What the repository needs, the spec over inference; raises InferenceError when a service cannot be made out."""
    services: list[ServiceFindings] = []
    evidence: dict[str, Evidence] = {}
    unsure: list[Question] = []
    for written in spec.services:
        service = written.model_copy(update={"path": folder_of(tree, written)})
        facts, questions = _read(tree, service, spec)
        if service.migrate is None and any(earlier.path == service.path for earlier in services):
            facts = {name: found for name, found in facts.items() if name != "migrate"}  # once for each folder
        services.append(check_service(to_findings(service, facts)))
        evidence |= {key: check_evidence(tree, said) for key, said in evidence_of(service, facts).items()}
        unsure += [q.model_copy(update={"field": f"{service.name}.{q.field}"}) for q in questions]
    if tree.truncated:
        unsure.append(question("files", f"there are more files than {MAX_FILES}; the deepest were not looked at"))
    return Findings(services=tuple(services), evidence=evidence, unsure=tuple(unsure))


def _read(tree: Tree, spec: ServiceSpec, whole: Spec) -> tuple[Facts, tuple[Question, ...]]:
    """Every fact about a service, and the questions about fields that the spec leaves open."""
    said = spec_facts(spec, whole.database)
    candidate = _heaviest(tree, spec)
    procfile = read_procfile(tree, spec)
    detected = _fitting(candidate, spec)
    known = layered(said, procfile.facts, detected.facts)
    _require(tree, spec, candidate, known)
    service = Service(tree, spec, candidate, known["start"])
    needs = [detect(service) for detect in NEEDS]
    facts = layered(said, *(need.facts for need in needs), procfile.facts, detected.facts)
    questions = (q for reading in (detected, *needs) for q in reading.questions)
    return facts, tuple(q for q in questions if q.field not in said)


def _heaviest(tree: Tree, spec: ServiceSpec) -> Candidate | None:
    """The candidate that weighs most among those of the spec's language, if it names one."""
    wanted = language_of(spec)
    found = [candidate for detect in LANGUAGES if (candidate := detect(tree, spec.path, IMAGES[spec.image]))]
    return max((c for c in found if wanted in (None, c.language)), key=lambda c: c.weight, default=None)


def _fitting(candidate: Candidate | None, spec: ServiceSpec) -> Reading:
    """What the detector says of this kind of service: it finds web apps, so it cannot know how a worker starts."""
    if not candidate or spec.kind == "web":
        return candidate.reading if candidate else Reading()
    facts = {name: found for name, found in candidate.reading.facts.items() if name not in ("start", "port")}
    return Reading(facts, tuple(q for q in candidate.reading.questions if q.field != "start"))


def _require(tree: Tree, spec: ServiceSpec, candidate: Candidate | None, known: Facts) -> None:
    """Language, start command and packages; what is missing now would fail minutes later and far away."""
    hints = candidate.hints if candidate else {}
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
