"""How a Python app is started, in the words that objects, Django sites, scripts and notebooks share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hivemind.infer.facts import Code, Fact
from hivemind.infer.python.syntax import Module
from hivemind.model.findings import Confidence, Question, Quote
from hivemind.model.spec import ServiceKind


@dataclass(frozen=True)
class Launch:
    """A start command and what goes with it. `root` is where modules are imported from; `facts` are other fields."""

    framework: str | None
    command: str
    why: str
    quote: Quote
    root: str
    modules: tuple[Module, ...] = ()
    kind: ServiceKind = "web"
    confidence: Confidence = "certain"
    facts: Mapping[str, Fact] = field(default_factory=dict)
    code: Code = field(default_factory=Code)
    """What the framework itself says of the needs, beside what its modules say."""
    questions: tuple[Question, ...] = ()
    is_app: bool = True
    """Whether the code shows what it is; a script that is only well named may be anything."""
    unused: frozenset[str] = frozenset()
    """Packages that are asked for though nothing uses them."""
