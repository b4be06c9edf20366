"""Which resource needs which, and the walk over that order with a bounded number of threads."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from hivemind.emulator.cloudformation.intrinsics import (
    Evaluator,
    attribute_reference,
    placeholders,
    substitution,
)
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, template_error

Graph = Mapping[str, frozenset[str]]
"""A node → the nodes that come before it."""

AT_ONCE = 8


def references(node: Json, scope: Evaluator) -> Iterator[tuple[str, str | None]]:
    """`(logical id or parameter, attribute)` of every reference that is really taken: not in an `If`'s other branch."""
    if isinstance(node, list):
        for each in node:
            yield from references(each, scope)
    elif isinstance(node, dict):
        for name, argument in node.items():
            yield from _of_call(name, argument, scope)


def _of_call(name: str, argument: Json, scope: Evaluator) -> Iterator[tuple[str, str | None]]:
    match name:
        case "Ref" if isinstance(argument, str):
            yield argument, None
        case "Fn::GetAtt":
            yield attribute_reference(argument)
        case "Fn::If" if isinstance(argument, list) and len(argument) == 3:
            yield from references(argument[1] if scope.condition(argument[0]) else argument[2], scope)
        case "Fn::Sub":
            yield from _of_sub(argument, scope)
        case _:
            yield from references(argument, scope)


def _of_sub(argument: Json, scope: Evaluator) -> Iterator[tuple[str, str | None]]:
    words, variables = substitution(argument)
    for name in placeholders(words):
        if name not in variables:
            logical, _, attribute = name.partition(".")
            yield logical, attribute or None
    yield from references(dict(variables), scope)


def dependencies(scope: Evaluator) -> Graph:
    """The graph of the wanted resources, in the template's order; raises Refusal on a cycle or a dangling name."""
    resources = scope.template.resources
    wanted = [name for name, resource in resources.items() if scope.wanted(resource)]
    graph: dict[str, frozenset[str]] = {}
    for name in wanted:
        needed = {found for found, _ in references(resources[name].get("Properties") or {}, scope)}
        explicit = _explicit(resources[name])
        _check_known(needed, scope, frozenset(wanted), "Resources")
        _check_known(explicit, scope, frozenset(resources), "Resources")
        graph[name] = frozenset((needed | explicit) & set(wanted))
    for output in scope.template.outputs.values():
        if scope.wanted(output):
            used = {found for found, _ in references(output.get("Value"), scope)}
            _check_known(used, scope, frozenset(wanted), "Outputs")
    in_order(graph)
    return graph


def _explicit(resource: Mapping[str, Json]) -> set[str]:
    named = resource.get("DependsOn") or []
    return {named} if isinstance(named, str) else set(named)


def _check_known(names: Iterable[str], scope: Evaluator, wanted: frozenset[str], block: str) -> None:
    unresolved = sorted(name for name in names if name not in wanted and name not in scope.names)
    if unresolved:
        raise template_error(f"Unresolved resource dependencies [{', '.join(unresolved)}] in the {block} block of the "
                             "template")  # fmt: skip


def in_order(graph: Graph) -> list[str]:
    """The nodes, each after those it needs."""
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise Refusal(f"Circular dependency between resources: [{', '.join(sorted(set(error.args[1])))}]") from None


def reversed_graph(graph: Graph) -> Graph:
    """The order of removal: what others need goes after them."""
    users: dict[str, set[str]] = {node: set() for node in graph}
    for node, needed in graph.items():
        for each in needed & users.keys():
            users[each].add(node)
    return {node: frozenset(using) for node, using in users.items()}


def walk(graph: Graph, visit: Callable[[str], None], failed: Callable[[], None] | None = None) -> dict[str, Exception]:
    """Visits every node after those it needs, several at once, and returns what went wrong by node.

    What needs a failed node is not visited. With `failed` given, it is called at the first failure and nothing new
    is begun; without it everything that still can be visited is.
    """
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    done: queue.SimpleQueue[tuple[str, Exception | None]] = queue.SimpleQueue()
    failures: dict[str, Exception] = {}
    ready: deque[str] = deque()
    running = 0
    while True:
        ready.extend(sorter.get_ready())
        if failures and failed:
            ready.clear()
        while ready and running < AT_ONCE:
            threading.Thread(target=_visit, args=(ready.popleft(), visit, done), daemon=True).start()
            running += 1
        if not running:
            return failures
        node, error = done.get()
        running -= 1
        if error is None:
            sorter.done(node)
        else:
            failures[node] = error
            if failed:
                failed()


def _visit(node: str, visit: Callable[[str], None], done: queue.SimpleQueue[tuple[str, Exception | None]]) -> None:
    try:
        visit(node)
    except Exception as error:
        done.put((node, error))
    else:
        done.put((node, None))
