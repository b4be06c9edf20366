"""AlarmRule: the states of other alarms, joined with AND, OR and NOT.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html; actions suppressors and
AT_LEAST are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never, cast

from hivemind.emulator.metrics.judge import State
from hivemind.emulator.metrics.refusal import invalid

LONGEST, DEEPEST, MOST_ELEMENTS = 10_240, 60, 500
_TOKEN = re.compile(
    r"\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"(?P<quoted>[^\"]+)\"|'(?P<single>[^']+)'"
    r"|(?P<bare>[^\s\"'()]+))\s*\)|(?P<word>AND|OR|NOT|TRUE|FALSE)\b|(?P<sign>[()]))"
)


@dataclass(frozen=True)
class InState:
    """Whether an alarm, by its name, is in a state."""

    alarm: str
    state: State


@dataclass(frozen=True)
class Constant:
    """TRUE or FALSE."""

    holds: bool


@dataclass(frozen=True)
class Not:
    """The opposite."""

    rule: AlarmRule


@dataclass(frozen=True)
class Both:
    """`left AND right`."""

    left: AlarmRule
    right: AlarmRule


@dataclass(frozen=True)
class Either:
    """`left OR right`."""

    left: AlarmRule
    right: AlarmRule


AlarmRule = InState | Constant | Not | Both | Either


def parse_rule(text: str) -> AlarmRule:
    """The tree of an AlarmRule; AND binds tighter than OR. Raises Refusal."""
    if len(text) > LONGEST:
        raise invalid(f"AlarmRule must not be longer than {LONGEST} characters.")
    tokens = _tokens(text)
    rule, rest = _either(tokens, 0)
    if rest:
        raise _unexpected(rest)
    return rule


def holds(rule: AlarmRule, states: Mapping[str, State]) -> bool:
    """Whether the rule is true of these states; an alarm that is gone is in none."""
    match rule:
        case InState(alarm, state):
            return states.get(alarm) == state
        case Constant(value):
            return value
        case Not(inner):
            return not holds(inner, states)
        case Both(left, right):
            return holds(left, states) and holds(right, states)
        case Either(left, right):
            return holds(left, states) or holds(right, states)
    assert_never(rule)


def alarms_of(rule: AlarmRule) -> frozenset[str]:
    """The names of the alarms that a rule looks at."""
    match rule:
        case InState(alarm, _):
            return frozenset({alarm})
        case Constant():
            return frozenset()
        case Not(inner):
            return alarms_of(inner)
        case Both(left, right) | Either(left, right):
            return alarms_of(left) | alarms_of(right)
    assert_never(rule)


Token = InState | str
Tokens = tuple[Token, ...]


def _tokens(text: str) -> Tokens:
    found: list[Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise invalid(f"AlarmRule is invalid at '{text[at:].strip()[:40]}'.")
        name = match["quoted"] or match["single"] or match["bare"]
        if name:
            found.append(InState(name.rpartition(":alarm:")[2], cast(State, match["state"])))
        else:
            found.append(match["word"] or match["sign"])
        at = match.end()
    if len(found) > MOST_ELEMENTS:
        raise invalid(f"AlarmRule must not have more than {MOST_ELEMENTS} elements.")
    return tuple(found)


def _either(tokens: Tokens, depth: int) -> tuple[AlarmRule, Tokens]:
    rule, rest = _both(tokens, depth)
    while rest[:1] == ("OR",):
        right, rest = _both(rest[1:], depth)
        rule = Either(rule, right)
    return rule, rest


def _both(tokens: Tokens, depth: int) -> tuple[AlarmRule, Tokens]:
    rule, rest = _single(tokens, depth)
    while rest[:1] == ("AND",):
        right, rest = _single(rest[1:], depth)
        rule = Both(rule, right)
    return rule, rest


def _single(tokens: Tokens, depth: int) -> tuple[AlarmRule, Tokens]:
    if depth > DEEPEST:
        raise invalid(f"AlarmRule is nested deeper than {DEEPEST} levels.")
    match tokens:
        case (InState() as state, *rest):
            return state, tuple(rest)
        case ("TRUE" | "FALSE" as word, *rest):
            return Constant(word == "TRUE"), tuple(rest)
        case ("NOT", *rest):
            inner, left = _single(tuple(rest), depth + 1)
            return Not(inner), left
        case ("(", *rest):
            inner, left = _either(tuple(rest), depth + 1)
            if left[:1] != (")",):
                raise _unexpected(left)
            return inner, left[1:]
    raise _unexpected(tokens)


def _unexpected(tokens: Tokens) -> Exception:
    token = tokens[0] if tokens else "the end of the rule"
    shown = f"{token.state}({token.alarm})" if isinstance(token, InState) else token
    return invalid(f"AlarmRule is invalid: unexpected '{shown}'.")
