"""The story of inference: for each service detect, read the files beside the code and the needs, merge, quote.

A survey says what was found and what was not; whether that is enough to deploy is decided later (`infer`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hivemind.infer.check import folder_of
from hivemind.infer.command import role_of
from hivemind.infer.detectors import NEEDS, candidates
from hivemind.infer.facts import Candidate, Facts, Reading, Service, Survey, Surveyed
from hivemind.infer.gather import gathered
from hivemind.infer.merge import layered, spec_facts
from hivemind.infer.runtimes import language_of, on_image
from hivemind.infer.sources import CONTAINED, DEPLOYED
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question
from hivemind.model.spec import ServiceSpec, Spec

TIMED = re.compile(r"beat|clock|schedul|cron|flower")
WEB_ONLY = ("port", "port_env", "health_path")


def survey(tree: Tree, spec: Spec) -> Survey:
    """Every fact about every service of the spec; raises InferenceError when the spec points outside the tree."""
    services: list[Surveyed] = []
    for written in spec.services:
        service = _survey(tree, written.model_copy(update={"path": folder_of(tree, written)}), spec)
        here = [earlier for earlier in services if earlier.spec.path == service.spec.path]
        if written.migrate is None and here:
            service = service.without("migrate")  # once for each folder
        services.append(service.without_questions({q for earlier in here for q in earlier.questions}))
    return gathered(tree, [_without_repeated(tree, service, services) for service in services])


def _survey(tree: Tree, spec: ServiceSpec, whole: Spec) -> Surveyed:
    """Every fact about a service, and the questions about fields that the spec leaves open."""
    said = spec_facts(spec, whole.database)
    candidate = _heaviest(tree, spec)
    detected = _fitting(candidate, spec)
    deployed = tuple(read(tree, spec) for read in DEPLOYED)
    contained = tuple(read(tree, spec) for read in CONTAINED)
    inferred = [_sure(detected.facts), *_facts(contained)]
    own_first = inferred if spec.kind == "web" else [_only(contained, "start"), *inferred]
    layers = _fit([*_facts(deployed), *own_first, detected.facts], spec)
    start = layered(said, *layers).get("start")
    service = Service(tree, spec, candidate, start, (*deployed, *contained))
    needs = [detect(service) for detect in NEEDS]
    facts = on_image(layered(said, *_facts(needs), *layers), spec.image)
    own = detected.questions if start is detected.facts.get("start") else _not_of_start(detected.questions)
    questions = dict.fromkeys(q for q in (*own, *_asked((*deployed, *contained, *needs))) if q.field not in said)
    return Surveyed(spec, facts, tuple(questions), candidate.hints if candidate else {})


def _without_repeated(tree: Tree, service: Surveyed, services: Sequence[Surveyed]) -> Surveyed:
    """Without the processes that only the code made us think of, and that a service of the same folder is already."""
    candidate, known = _heaviest(tree, service.spec), service.facts.get("processes")
    if not known or not candidate or known is not candidate.reading.facts.get("processes"):
        return service
    here = (
        other.facts["start"] for other in services if other.spec.path == service.spec.path and "start" in other.facts
    )
    roles = {role for found in here if (role := role_of(str(found.value)))}
    derived = known.value.items() if isinstance(known.value, dict) else ()
    left = {name: command for name, command in derived if role_of(command) not in roles}
    return service.having("processes", replace(known, value=left)) if left else service.without("processes")


def _facts(readings: Iterable[Reading]) -> list[Facts]:
    return [reading.facts for reading in readings]


def _only(readings: Sequence[Reading], name: str) -> Facts:
    """The first fact about one field."""
    return next(({name: reading.facts[name]} for reading in readings if name in reading.facts), {})


def _asked(readings: Iterable[Reading]) -> list[Question]:
    return [q for reading in readings for q in reading.questions]


def _not_of_start(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Without those that a file answers which says what is started, and as what."""
    return tuple(q for q in questions if q.field not in ("start", "kind"))


def _fit(layers: Sequence[Facts], spec: ServiceSpec) -> list[Facts]:
    """The layers without what only holds of a service that answers HTTP, where this one does not."""
    left_out = () if spec.kind == "web" else WEB_ONLY
    return [{name: found for name, found in layer.items() if name not in left_out} for layer in layers]


def _sure(facts: Facts) -> Facts:
    """Those that are more than a fallback, which anything a file says is better than."""
    return {name: found for name, found in facts.items() if found.evidence.confidence != "fallback"}


def _heaviest(tree: Tree, spec: ServiceSpec) -> Candidate | None:
    """The candidate that weighs most among those of the spec's language, if it names one."""
    wanted = language_of(spec)
    found = candidates(tree, spec.path, spec.image)
    return max((c for c in found if wanted in (None, c.language)), key=lambda c: c.weight, default=None)


def _fitting(candidate: Candidate | None, spec: ServiceSpec) -> Reading:
    """What the detector says of this kind of service: a web app's start command does not start a worker.

    Of an image that nothing is known of, whether it answers HTTP was a guess.
    """
    if not candidate or spec.kind == candidate.kind:
        return candidate.reading if candidate else Reading()
    if candidate.language == "docker" and spec.kind == "worker":
        return replace(candidate.reading, questions=_not_of_start(candidate.reading.questions))
    facts = {name: found for name, found in candidate.reading.facts.items() if name not in ("start", "port")}
    own = _process(facts, spec) if spec.kind == "worker" else {}
    return Reading({**facts, **own}, _not_of_start(candidate.reading.questions))


def _process(facts: Facts, spec: ServiceSpec) -> Facts:
    """The start of a worker among the processes that the detector knows: the one called like it, else of its kind.

    What keeps time is never a worker.
    """
    known = facts.get("processes")
    named = known.value if known and isinstance(known.value, dict) else {}
    command = named.get(spec.name) or (None if TIMED.search(spec.name) else named.get(spec.kind))
    return {"start": replace(known, value=command)} if known and command else {}
