"""Order, and the walk along it."""

from __future__ import annotations

import threading

import pytest

from hivemind.emulator.cloudformation.graph import AT_ONCE, dependencies, in_order, reversed_graph, walk
from hivemind.emulator.cloudformation.intrinsics import Evaluator
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.template import parse


def scope(body: str, **parameters: str) -> Evaluator:
    return Evaluator(parse(body), parameters, {"AWS::Region": "r"}, lambda _name, _attribute: "", str)


BODY = """
Conditions: {Big: !Equals [!Ref Size, big]}
Resources:
  Vpc: {Type: T}
  Subnet: {Type: T, Properties: {Vpc: !Ref Vpc, Region: !Ref 'AWS::Region'}}
  Group: {Type: T, Properties: {Name: !Sub '${Subnet.Id}-${Size}'}, DependsOn: Route}
  Route: {Type: T, DependsOn: [Vpc]}
  Extra: {Type: T, Condition: Big, DependsOn: Vpc}
  User: {Type: T, Properties: {Maybe: !If [Big, !Ref Extra, !Ref Vpc]}, DependsOn: Extra}
"""


def test_references_and_depends_on_make_the_graph() -> None:
    assert dependencies(scope(BODY, Size="big")) == {
        "Vpc": set(),
        "Subnet": {"Vpc"},
        "Group": {"Subnet", "Route"},
        "Route": {"Vpc"},
        "Extra": {"Vpc"},
        "User": {"Extra"},
    }


def test_an_unwanted_resource_and_the_branch_not_taken_do_not_count() -> None:
    graph = dependencies(scope(BODY, Size="small"))
    assert "Extra" not in graph
    assert graph["User"] == {"Vpc"}


@pytest.mark.parametrize(
    "resources, said",
    [
        (
            "{A: {Type: T, Properties: {X: !Ref Nope}}}",
            "Unresolved resource dependencies [Nope] in the Resources block",
        ),
        ("{A: {Type: T, DependsOn: Nope}}", "Unresolved resource dependencies [Nope]"),
        ("{A: {Type: T, DependsOn: B}, B: {Type: T, DependsOn: A}}", "Circular dependency between resources: [A, B]"),
        ("{A: {Type: T, Properties: {X: !Ref A}}}", "Circular dependency"),
    ],
)
def test_dangling_names_and_cycles_are_refused(resources: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        dependencies(scope(f"Resources: {resources}"))
    assert said in refused.value.message


def test_a_reference_to_a_resource_that_is_not_wanted_is_refused() -> None:
    body = BODY + "Outputs: {O: {Value: !Ref Extra}}"
    assert dependencies(scope(body, Size="big"))
    with pytest.raises(Refusal, match="in the Outputs block"):
        dependencies(scope(body, Size="small"))


def test_removal_goes_the_other_way() -> None:
    graph = {"vpc": frozenset[str](), "subnet": frozenset({"vpc"}), "group": frozenset({"subnet", "outside"})}
    assert in_order(reversed_graph(graph)) == ["group", "subnet", "vpc"]


def test_walk_runs_independent_nodes_at_once_but_not_too_many() -> None:
    running, most, together, lock = 0, 0, threading.Barrier(AT_ONCE, timeout=5), threading.Lock()

    def visit(_node: str) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1

    assert walk({str(number): frozenset() for number in range(2 * AT_ONCE)}, visit) == {}
    assert most == AT_ONCE


def test_walk_never_visits_what_needs_a_failed_node() -> None:
    seen: list[str] = []

    def visit(node: str) -> None:
        seen.append(node)
        if node == "bad":
            raise ValueError("broken")

    graph = {
        "bad": frozenset[str](),
        "user": frozenset({"bad"}),
        "other": frozenset[str](),
        "next": frozenset({"other"}),
    }
    failures = walk(graph, visit)
    assert list(failures) == ["bad"]
    assert sorted(seen) == ["bad", "next", "other"]


def test_walk_begins_nothing_new_after_a_failure_when_told_so() -> None:
    graph = {"bad": frozenset[str](), "slow": frozenset[str](), "after": frozenset({"slow"})}
    given_up, seen = threading.Event(), []

    def visit(node: str) -> None:
        seen.append(node)
        if node == "bad":
            raise ValueError("broken")
        assert given_up.wait(5)

    assert list(walk(graph, visit, failed=given_up.set)) == ["bad"]
    assert "after" not in seen
