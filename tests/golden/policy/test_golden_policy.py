"""Each rule is silent on its good template and finds every fault of its bad one; `--update` rewrites the findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden.conftest import Golden

from hivemind.model.plan import Finding
from hivemind.plan.document import document
from hivemind.policy.check import check
from hivemind.policy.rule import Rule
from hivemind.policy.rules import RULES

HERE = Path(__file__).parent


def judged(rule: Rule, file: str) -> tuple[Finding, ...]:
    text = (HERE / rule.id / file).read_text(encoding="utf-8")
    return check({"foundation": document(text)}, (rule,))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_good_is_silent(rule: Rule) -> None:
    assert judged(rule, "good.yaml") == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_bad_is_found(rule: Rule, golden: Golden) -> None:
    found = judged(rule, "bad.yaml")
    text = "".join(f"{f.severity} {f.where}\n    {f.title}\n    fix: {f.fix}\n" for f in found)
    golden(HERE / rule.id / "findings.txt", text)


@pytest.mark.parametrize("folder", sorted(p.name for p in HERE.iterdir() if p.is_dir() and p.name[0] != "_"))
def test_every_folder_belongs_to_a_rule(folder: str) -> None:
    assert folder in {rule.id for rule in RULES}
