"""The text of a spec → Spec."""

from __future__ import annotations

from hivemind.model.spec import Spec
from hivemind.spec.build import build
from hivemind.spec.check import Checker, FolderCheck
from hivemind.spec.document import DOCUMENT
from hivemind.spec.problems import Fault, Problems
from hivemind.spec.source import compose


def _any_folder(path: str) -> Fault | None:
    return None


def parse(text: str, file: str, check_folder: FolderCheck = _any_folder) -> Spec:
    """The spec that `text` asks for; `file` names it in problems. Raises SpecError with every problem at once."""
    problems = Problems(file)
    document = Checker(problems, check_folder).read(compose(text, problems), DOCUMENT, ())
    problems.settle()
    return build(document)
