"""Services as one survey: evidence checked against the files, questions named by service."""

from __future__ import annotations

from collections.abc import Sequence

from hivemind.infer.check import check_evidence
from hivemind.infer.facts import Survey, Surveyed, question
from hivemind.infer.merge import evidence_of
from hivemind.infer.tree import MAX_FILES, Tree
from hivemind.model.findings import Evidence, Question


def gathered(tree: Tree, services: Sequence[Surveyed]) -> Survey:
    """The services as one survey, its evidence checked against the files and its questions named by service."""
    evidence: dict[str, Evidence] = {}
    unsure: list[Question] = []
    for one in services:
        evidence |= {key: check_evidence(tree, said) for key, said in evidence_of(one.spec, one.facts).items()}
        unsure += [q.model_copy(update={"field": f"{one.spec.name}.{q.field}"}) for q in one.questions]
    if tree.truncated:
        unsure.append(question("files", f"there are more files than {MAX_FILES}; the deepest were not looked at"))
    return Survey(tuple(services), evidence, tuple(unsure))
