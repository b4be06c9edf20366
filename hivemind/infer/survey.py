"""The story of inference: for each service detect, read the Procfile and the needs, merge under the spec, quote.

A survey says what was found and what was not; whether that is enough to deploy is decided later (`infer`).
"""

from __future__ import annotations

from hivemind.infer.check import check_evidence, folder_of
from hivemind.infer.detectors import LANGUAGES, NEEDS
from hivemind.infer.facts import Candidate, Reading, Service, Survey, Surveyed, question
from hivemind.infer.merge import evidence_of, layered, spec_facts
from hivemind.infer.procfile import read_procfile
from hivemind.infer.runtimes import language_of
from hivemind.infer.tree import MAX_FILES, Tree
from hivemind.model.findings import Evidence, Question
from hivemind.model.image import IMAGES
from hivemind.model.spec import ServiceSpec, Spec


def survey(tree: Tree, spec: Spec) -> Survey:
    """Every fact about every service of the spec; raises InferenceError when the spec points outside the tree."""
    services: list[Surveyed] = []
    evidence: dict[str, Evidence] = {}
    unsure: list[Question] = []
    for written in spec.services:
        service = _survey(tree, written.model_copy(update={"path": folder_of(tree, written)}), spec)
        if written.migrate is None and any(earlier.spec.path == service.spec.path for earlier in services):
            service = service.without("migrate")  # once for each folder
        services.append(service)
        evidence |= {key: check_evidence(tree, said) for key, said in evidence_of(service.spec, service.facts).items()}
        unsure += [q.model_copy(update={"field": f"{written.name}.{q.field}"}) for q in service.questions]
    if tree.truncated:
        unsure.append(question("files", f"there are more files than {MAX_FILES}; the deepest were not looked at"))
    return Survey(tuple(services), evidence, tuple(unsure))


def _survey(tree: Tree, spec: ServiceSpec, whole: Spec) -> Surveyed:
    """Every fact about a service, and the questions about fields that the spec leaves open."""
    said = spec_facts(spec, whole.database)
    candidate = _heaviest(tree, spec)
    procfile = read_procfile(tree, spec)
    detected = _fitting(candidate, spec)
    known = layered(said, procfile.facts, detected.facts)
    service = Service(tree, spec, candidate, known.get("start"))
    needs = [detect(service) for detect in NEEDS]
    facts = layered(said, *(need.facts for need in needs), procfile.facts, detected.facts)
    questions = (q for reading in (detected, *needs) for q in reading.questions)
    hints = candidate.hints if candidate else {}
    return Surveyed(spec, facts, tuple(q for q in questions if q.field not in said), hints)


def _heaviest(tree: Tree, spec: ServiceSpec) -> Candidate | None:
    """The candidate that weighs most among those of the spec's language, if it names one."""
    wanted = language_of(spec)
    found = [candidate for detect in LANGUAGES if (candidate := detect(tree, spec.path, IMAGES[spec.image]))]
    return max((c for c in found if wanted in (None, c.language)), key=lambda c: c.weight, default=None)


def _fitting(candidate: Candidate | None, spec: ServiceSpec) -> Reading:
    """What the detector says of this kind of service: a web app's start command does not start a worker."""
    if not candidate or spec.kind == candidate.kind:
        return candidate.reading if candidate else Reading()
    facts = {name: found for name, found in candidate.reading.facts.items() if name not in ("start", "port")}
    return Reading(facts, tuple(q for q in candidate.reading.questions if q.field != "start"))
