"""`hivemind.lock`: the answers a team has reviewed hold until what they rest on changes.

    fresh (nothing it rests on has changed)   the lock's answers, whatever the rules of this version would say
    stale, or no lock yet                     the rules' answers, under those that a person or Claude gave

The spec stands above both. `hivemind infer` writes the lock; every other verb only heeds it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from hivemind.errors import InferenceError, RefusedError
from hivemind.infer.check import folder_of
from hivemind.infer.facts import Fact, Facts, Survey, Surveyed
from hivemind.infer.gather import gathered
from hivemind.infer.inputs import inputs_of, moved
from hivemind.infer.merge import layered, spec_facts
from hivemind.infer.tree import Tree
from hivemind.model.findings import ServiceFindings
from hivemind.model.lock import Answer, Lock, LockedService
from hivemind.model.spec import Spec

Pinning = Literal["update", "locked", "frozen", "refresh"]
"""`update` heeds a fresh lock; `locked` refuses a stale one; `frozen` takes it as it is; `refresh` asks anew."""

PINNED = ("human", "claude")
INFER_AGAIN = "run `hivemind infer` and commit hivemind.lock"


def parse_lock(text: str, name: str) -> Lock:
    """A lock as it was written; raises InferenceError where it is no lock."""
    try:
        lock = Lock.model_validate(json.loads(text))
        for service in lock.services.values():
            _facts(service)
    except (ValueError, RecursionError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        place = ".".join(map(str, first["loc"]))
        raise InferenceError(
            f"it cannot be understood: {place + ': ' if place else ''}{first['msg']}",
            where=name,
            hint="mend it, or write it anew with `hivemind infer --refresh`",
        ) from None
    return lock


def to_text(lock: Lock) -> str:
    """The file as it is committed: sorted, no times, the same bytes for the same answers; inputs in a line each."""
    said = lock.model_dump(mode="json", exclude_defaults=True) | {"version": lock.version}
    inputs = sorted(said.pop("inputs").items())
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in inputs)
    answers = json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True).removesuffix("\n}")
    return f'{answers},\n "inputs": {{\n{lines}\n }}\n}}\n'


@dataclass(frozen=True)
class Pinned:
    """A survey, and the lock that holds its answers: the committed one where that does."""

    survey: Survey
    lock: Lock


def pinned(tree: Tree, spec: Spec, lock: Lock | None, pinning: Pinning) -> Pinned:
    """What the lock and the way of pinning allow; raises RefusedError where the lock does not do."""
    if lock is None:
        if pinning in ("locked", "frozen"):
            raise RefusedError("there is no hivemind.lock", hint=INFER_AGAIN)
        return asked(tree, spec)
    changed = () if pinning in ("frozen", "refresh") else moved(lock.inputs, tree, spec)
    if pinning != "refresh" and not changed:
        return Pinned(_as_locked(lock, tree, spec), lock)
    from hivemind.infer.survey import survey  # all detectors: not needed where the lock answers

    found = _under(lock, survey(tree, spec))
    if pinning == "locked":
        _require_same(lock, found, changed)
    return Pinned(found, _locked(found, tree, spec))


def asked(tree: Tree, spec: Spec) -> Pinned:
    """What the rules say, whatever was said before."""
    from hivemind.infer.survey import survey

    found = survey(tree, spec)
    return Pinned(found, _locked(found, tree, spec))


def _locked(found: Survey, tree: Tree, spec: Spec) -> Lock:
    services = {service.spec.name: _service(service) for service in found.services}
    return Lock(services=services, inputs=inputs_of(tree, spec))


def _differences(lock: Lock, found: Survey) -> tuple[str, ...]:
    """The fields (`web.start`) whose answer is not the lock's."""
    now = {service.spec.name: _service(service) for service in found.services}
    return tuple(
        f"{name}.{field}"
        for name in sorted({*now, *lock.services})
        for field in sorted({*_values(now.get(name)), *_values(lock.services.get(name))})
        if _values(now.get(name)).get(field) != _values(lock.services.get(name)).get(field)
    )


def _require_same(lock: Lock, found: Survey, changed: tuple[str, ...]) -> None:
    if different := _differences(lock, found):
        raise RefusedError(
            f"hivemind.lock is stale: {', '.join(different)} would be answered differently"
            f" since {', '.join(changed[:5])} changed",
            hint=INFER_AGAIN,
        )


def _as_locked(lock: Lock, tree: Tree, spec: Spec) -> Survey:
    """What the lock says, under the spec; raises RefusedError for a service that it does not know."""
    services = []
    for written in spec.services:
        known = lock.services.get(written.name)
        if known is None:
            raise RefusedError(f"hivemind.lock knows no service {written.name}", hint=INFER_AGAIN)
        service = written.model_copy(update={"path": folder_of(tree, written)})
        facts = layered(spec_facts(service, spec.database), _facts(known))
        services.append(Surveyed(service, facts, known.unsure, known.hints))
    return gathered(tree, services)


def _under(lock: Lock, found: Survey) -> Survey:
    """The survey under what a person or Claude answered; a question that was answered so is gone."""
    services = []
    evidence = dict(found.evidence)
    for service in found.services:
        name = service.spec.name
        known = _facts(lock.services.get(name, LockedService()))
        kept = {field: fact for field, fact in known.items() if fact.evidence.source in PINNED}
        said = {field: fact for field, fact in service.facts.items() if fact.evidence.source == "spec"}
        facts = layered(said, kept, service.facts)
        evidence |= {f"{name}.{field}": fact.evidence for field, fact in facts.items()}
        open_ = tuple(question for question in service.questions if question.field not in kept)
        services.append(Surveyed(service.spec, facts, open_, service.hints))
    answered = {
        f"{s.spec.name}.{field}" for s in services for field, f in s.facts.items() if f.evidence.source in PINNED
    }
    return Survey(tuple(services), evidence, tuple(q for q in found.unsure if q.field not in answered))


def _service(service: Surveyed) -> LockedService:
    answers = {
        field: Answer(value=_type(field).dump_python(fact.value, mode="json"), evidence=fact.evidence)
        for field, fact in service.facts.items()
        if fact.evidence.source != "spec"
    }
    return LockedService(answers=answers, unsure=service.questions, hints=service.hints)


def _facts(service: LockedService) -> Facts:
    """The answers as facts; raises ValueError for a field or value that findings cannot hold."""
    return {
        field: Fact(_type(field).validate_python(answer.value), answer.evidence)
        for field, answer in service.answers.items()
    }


def _type(field: str) -> TypeAdapter[Any]:
    found = ServiceFindings.model_fields.get(field)
    if found is None:
        raise ValueError(f"findings have no field {field}")
    return TypeAdapter(found.annotation or object)


def _values(service: LockedService | None) -> Mapping[str, object]:
    return {field: answer.value for field, answer in service.answers.items()} if service else {}
