"""The lock: answers hold until what they rest on changes, a person's outlast everything but the spec."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hivemind.errors import InferenceError, RefusedError
from hivemind.infer.lock import Lock, asked, parse_lock, pinned, to_text
from hivemind.infer.tree import Tree
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.spec.parse import parse

SPEC = Spec(name="case", services=(ServiceSpec(),), environments={"local": EnvironmentSpec()})
APP = 'from flask import Flask\napp = Flask(__name__)\n\n\n@app.get("/{health}")\ndef ask():\n    return "ok"\n'
FILES = {"app.py": APP.format(health="healthz"), "requirements.txt": "flask\ngunicorn\n"}


@pytest.fixture
def tree(plant: Callable[[Mapping[str, str]], Tree]) -> Tree:
    return plant(FILES)


def lock_of(tree: Tree, spec: Spec = SPEC) -> Lock:
    return asked(Tree(tree.root), spec).lock


def changed(tree: Tree, name: str, text: str | None) -> Tree:
    """The same repository with one file written anew, or gone."""
    if text is None:
        (tree.root / name).unlink()
    else:
        (tree.root / name).write_text(text)
    return Tree(tree.root)


def health(tree: Tree, lock: Lock | None, pinning: Any = "update", spec: Spec = SPEC) -> object:
    facts = pinned(tree, spec, lock, pinning).survey.services[0].facts
    return facts["health_path"].value


def answered(lock: Lock, field: str, value: object, source: str) -> Lock:
    """The lock as somebody would edit it."""
    said = json.loads(to_text(lock))
    said["services"]["web"]["answers"][field] = {"value": value, "evidence": {"source": source, "why": "we know"}}
    return parse_lock(json.dumps(said), "hivemind.lock")


def test_a_lock_survives_its_file(tree: Tree) -> None:
    lock = lock_of(tree)
    assert parse_lock(to_text(lock), "hivemind.lock") == lock
    assert to_text(lock) == to_text(lock_of(tree))


def test_a_fresh_lock_answers_whatever_the_rules_would_say(tree: Tree) -> None:
    lock = answered(lock_of(tree), "health_path", "/from-another-version", "rules")
    assert health(Tree(tree.root), lock) == "/from-another-version"
    assert health(Tree(tree.root), lock, "locked") == "/from-another-version"
    assert health(Tree(tree.root), lock, "refresh") == "/healthz"


@pytest.mark.parametrize(
    "name, text",
    [
        ("app.py", APP.format(health="ping")),
        ("Procfile", "web: gunicorn app:app --threads 2\n"),
        ("more.py", "x = 1\n"),
    ],
    ids=["a file that was read", "a file that was looked for in vain", "a file that a pattern matches"],
)
def test_what_the_answers_rest_on_makes_them_stale(tree: Tree, name: str, text: str) -> None:
    lock = answered(lock_of(tree), "health_path", "/from-another-version", "rules")
    assert health(changed(tree, name, text), lock) in ("/ping", "/healthz")


def test_what_they_do_not_rest_on_does_not(tree: Tree) -> None:
    lock = answered(lock_of(tree), "health_path", "/from-another-version", "rules")
    assert health(changed(tree, "README.md", "hello\n"), lock) == "/from-another-version"


def test_a_file_that_is_gone_makes_them_stale(tree: Tree) -> None:
    lock = lock_of(tree)
    with pytest.raises(RefusedError, match=r"web\.install.*requirements\.txt \(gone\)"):
        pinned(changed(tree, "requirements.txt", None), SPEC, lock, "locked")


def test_locked_says_what_would_be_answered_differently_and_why(tree: Tree) -> None:
    lock = lock_of(tree)
    with pytest.raises(RefusedError) as refused:
        pinned(changed(tree, "app.py", APP.format(health="ping")), SPEC, lock, "locked")
    assert refused.value.message == (
        "hivemind.lock is stale: web.health_path would be answered differently since app.py changed"
    )
    assert refused.value.exit_code == 4


def test_locked_does_not_mind_a_change_that_changes_no_answer(tree: Tree) -> None:
    lock = lock_of(tree)
    assert health(changed(tree, "app.py", FILES["app.py"] + "\n# more\n"), lock, "locked") == "/healthz"


def test_frozen_takes_the_lock_as_it_is(tree: Tree) -> None:
    lock = lock_of(tree)
    assert health(changed(tree, "app.py", APP.format(health="ping")), lock, "frozen") == "/healthz"


@pytest.mark.parametrize("pinning", ["locked", "frozen"])
def test_a_missing_lock_is_refused_where_one_is_asked_for(tree: Tree, pinning: Any) -> None:
    with pytest.raises(RefusedError, match=r"there is no hivemind\.lock") as refused:
        pinned(tree, SPEC, None, pinning)
    assert "hivemind infer" in refused.value.hint


@pytest.mark.parametrize("pinning", ["update", "refresh"])
@pytest.mark.parametrize("source", ["human", "claude"])
def test_the_rules_overrule_neither_a_person_nor_claude(tree: Tree, pinning: Any, source: str) -> None:
    lock = answered(lock_of(tree), "health_path", "/ours", source)
    now = changed(tree, "app.py", APP.format(health="ping"))
    assert health(now, lock, pinning) == "/ours"
    kept = pinned(Tree(tree.root), SPEC, lock, pinning).lock.services["web"].answers["health_path"]
    assert (kept.value, kept.evidence.source) == ("/ours", source)


def test_the_spec_overrules_everybody(tree: Tree) -> None:
    lock = answered(lock_of(tree), "health_path", "/ours", "human")
    spec = SPEC.model_copy(update={"services": (ServiceSpec(health="/spec"),)})
    assert health(Tree(tree.root), lock, spec=spec) == "/spec"
    assert health(Tree(tree.root), lock, "frozen", spec=spec) == "/spec"


def test_a_question_that_a_person_answered_is_asked_no_more(plant: Callable[[Mapping[str, str]], Tree]) -> None:
    tree = plant({**FILES, "app.py": APP.format(health="orders")})
    lock = lock_of(tree)
    assert [question.field for question in pinned(Tree(tree.root), SPEC, lock, "refresh").survey.unsure]
    known = answered(lock, "health_path", "/orders", "human")
    assert not pinned(Tree(tree.root), SPEC, known, "refresh").survey.unsure


def test_evidence_that_the_files_do_not_hold_is_dropped(tree: Tree) -> None:
    said = json.loads(to_text(lock_of(tree)))
    quote = {"file": "app.py", "line": 1, "text": "import something_else"}
    said["services"]["web"]["answers"]["start"]["evidence"]["quotes"] = [quote]
    found = pinned(Tree(tree.root), SPEC, parse_lock(json.dumps(said), "hivemind.lock"), "frozen")
    assert found.survey.evidence["web.start"].quotes == ()


def test_a_service_that_the_lock_does_not_know_is_refused_when_frozen(tree: Tree) -> None:
    spec = SPEC.model_copy(update={"services": (ServiceSpec(name="api"),)})
    with pytest.raises(RefusedError, match="knows no service api"):
        pinned(tree, spec, lock_of(tree), "frozen")
    assert health(Tree(tree.root), lock_of(tree), spec=spec) == "/healthz"


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", '{"version": 2}', '{"version": 1}', "[" * 100_000, "\x00",
        '{"services": {"web": {"answers": {"nope": {"value": 1, "evidence": {"source": "human", "why": ""}}}}},'
        ' "inputs": {"spec": ""}}',
        '{"services": {"web": {"answers": {"port": {"value": "many", "evidence": {"source": "human", "why": ""}}}}},'
        ' "inputs": {"spec": ""}}',
        '{"services": {}, "inputs": {"spec": ""}, "more": 1}',
    ],
)  # fmt: skip
def test_what_is_no_lock_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(InferenceError) as refused:
        parse_lock(text, "hivemind.lock")
    assert refused.value.where == "hivemind.lock"
    assert "--refresh" in refused.value.hint


def test_where_the_lock_answers_no_detector_is_loaded(tree: Tree) -> None:
    """Reading a lock is what most commands do, and loading every language's rules is what takes time."""
    program = (
        "import sys; from pathlib import Path; from hivemind.agents.project import read_project\n"
        "read_project(Path(sys.argv[1])).findings()\n"
        "print(any(name.startswith('hivemind.infer.detectors') for name in sys.modules))"
    )
    (tree.root / "hivemind.yaml").write_text("name: case\n")
    (tree.root / "hivemind.lock").write_text(to_text(lock_of(tree, parse("name: case\n", "hivemind.yaml"))))
    said = subprocess.run([sys.executable, "-c", program, str(tree.root)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
