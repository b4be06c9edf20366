"""Try a colour before it takes traffic, watch it while it does, and stop it when users would notice.

Three witnesses: the load balancer's targets, requests of our own through the colour's test rule (so that a service
nobody uses yet is watched, too), and what CloudWatch has counted of the users' requests since the watch began. What is
wrong is wrong beside the other colour: errors and slowness that both have are not this release's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median, median_low

from hivemind.apply.acting import Acting
from hivemind.apply.outcome import Finished, Outcome, Stopped, Waiting
from hivemind.apply.standing import output, physical_id, standing
from hivemind.model import names
from hivemind.model.live import Colour, LiveStack, other
from hivemind.model.names import for_colour
from hivemind.model.step import RollInstances, TryRelease, WatchRelease
from hivemind.ports import Answer, Answered

Watched = TryRelease | WatchRelease | RollInstances

POLL = 2.0
TIMEOUT = 10.0
TRIALS, PROBES = 20, 3
"""Requests of ours for each look, before and while users ask; two bad ones of these are no accident."""
SOME = 5
"""Errors of users' requests below which nothing is concluded."""
ERROR_SHARE = 0.02
ENOUGH = 20
"""Requests of users from which an average is one."""
SLOWER, SECONDS_MORE = 3.0, 0.3
BEFORE = timedelta(minutes=10)
"""How far back the other colour's answers are looked at: it may have none any more."""


def try_release(step: TryRelease, acting: Acting) -> Outcome:
    """Done when the time is over; nobody but us has asked, so whatever is wrong, no user has seen it.

    CloudWatch counts by whole minutes. What a bad release that was in the colour a moment ago answered must not be held
    against this one, so the minute that tells of it is let pass before users come.
    """
    stack = standing(step.stack, acting)
    bad = [*_alarms(stack, step, acting)] or _asked(stack, step, TRIALS, acting)
    if bad:
        return Stopped(
            f"{step.service} {step.colour} does not do well: {bad[0]}",
            "No user has seen it. See the evidence, fix the cause and apply again.",
            tuple(bad),
        )
    now = acting.clock.now()
    left = timedelta(seconds=step.seconds) - (now - acting.since)
    if left > timedelta():
        return Waiting(min(POLL, left.total_seconds()), "asking")
    if any(_counts(stack, step, acting, _counted(stack, step.colour, acting, since=now))):
        return Waiting(POLL, f"{step.service} {step.colour}: this minute's count tells of an earlier release")
    return Finished()


def watch_release(step: WatchRelease, acting: Acting) -> Outcome:
    """Done when the time is over and no witness has said a bad word; the first that does stops the release."""
    stack = standing(step.stack, acting)
    counted = _counted(stack, step.colour, acting)
    bad = [*_targets(stack, step.colour, acting), *_alarms(stack, step, acting), *_counts(stack, step, acting, counted)]
    bad += [] if bad else _asked(stack, step, PROBES, acting)
    if bad:
        return Stopped(
            f"{step.service} {step.colour} does not do well with users: {bad[0]}",
            "The release before serves all users again. See the evidence, fix the cause and apply again.",
            tuple(bad),
        )
    left = timedelta(seconds=step.seconds) - (acting.clock.now() - acting.since)
    if left <= timedelta():
        return Finished({"requests": str(counted.requests), "errors": str(counted.errors)})
    said = f"{counted.requests} requests, {counted.errors} errors" if counted.requests else "no request of a user yet"
    return Waiting(min(POLL, left.total_seconds()), f"{step.service} {step.colour}: {said}")


def complaints(stack: LiveStack, step: Watched, acting: Acting) -> list[str]:
    """What users would say of a colour that they have been using since the step began, beside the other colour's."""
    return [*_alarms(stack, step, acting), *_counts(stack, step, acting, _counted(stack, step.colour, acting))]


def _targets(stack: LiveStack, colour: Colour, acting: Acting) -> Iterator[str]:
    group = physical_id(stack, for_colour(colour, "Targets"))
    for target in acting.cloud.traffic.health(group):
        if target.state == "unhealthy":
            yield f"target {target.target} became unhealthy: {target.reason}".rstrip(": ")


def _alarms(stack: LiveStack, step: Watched, acting: Acting) -> Iterator[str]:
    """What is raised, but for a total outage and the other colour's own alarms: a release may be their cure.

    Of the colour's own, only what was raised meanwhile: an older one tells of the release that was in it before.
    """
    own, not_ours = for_colour(step.colour, ""), (for_colour(other(step.colour), ""), names.OUTAGE)
    alarms = {r.physical_id: r.logical_id for r in stack.resources if r.type == "AWS::CloudWatch::Alarm"}
    watched = tuple(name for name, logical in alarms.items() if not logical.startswith(not_ours))
    for name, since in acting.cloud.telemetry.firing(watched).items():
        if not alarms[name].startswith(own) or since >= acting.since:
            yield f"alarm {alarms[name]} is raised"


def _counts(stack: LiveStack, step: Watched, acting: Acting, ours: Answered) -> Iterator[str]:
    theirs = _counted(stack, other(step.colour), acting, since=acting.since - BEFORE)
    if ours.errors >= SOME and ours.error_share > max(ERROR_SHARE, 2 * theirs.error_share):
        yield f"{ours.errors} of {ours.requests} requests of users were answered with 5xx"
    is_slower = ours.seconds > max(SLOWER * theirs.seconds, theirs.seconds + SECONDS_MORE)
    if is_slower and min(ours.requests, theirs.requests) >= ENOUGH:
        yield f"answers take {ours.seconds:.2f} s, {theirs.seconds:.2f} s before"


def _counted(stack: LiveStack, colour: Colour, acting: Acting, since: datetime | None = None) -> Answered:
    balancer = output(acting.foundation, names.LOAD_BALANCER, acting)
    group = physical_id(stack, for_colour(colour, "Targets"))
    return acting.cloud.telemetry.answered(balancer, group, since or acting.since)


def _asked(stack: LiveStack, step: TryRelease | WatchRelease, times: int, acting: Acting) -> list[str]:
    """What went wrong with so many requests of ours, or how much slower they are than the other colour's.

    One that fails or is slow is an accident. What becomes slow by use shows in the later ones.
    """
    answers = _ask(stack, step.colour, step.path, times, acting)
    if failed := _failed(answers, step.path):
        return failed
    ours = median_low(answer.seconds for answer in answers[-(len(answers) // 2 + 1) :])
    beside = _ask(stack, other(step.colour), step.path, PROBES, acting)
    if all(answer.status >= 500 for answer in beside):
        return []  # nothing is there to be compared with, as where instances were rolled
    theirs = median(answer.seconds for answer in beside)
    if ours > max(SLOWER * theirs, theirs + SECONDS_MORE):
        return [f"GET {step.path} takes {ours:.2f} s, {theirs:.2f} s before"]
    return []


def _ask(stack: LiveStack, colour: Colour, path: str, times: int, acting: Acting) -> list[Answer]:
    """So many answers of a colour through its test rule, fewer when they take too long; the token is shown nowhere."""
    header, token = acting.cloud.traffic.header(physical_id(stack, for_colour(colour, "TestRule")))
    url = output(acting.foundation, names.URL, acting).rstrip("/") + path
    answers: list[Answer] = []
    while len(answers) < times and sum(answer.seconds for answer in answers) < TIMEOUT:
        answer = acting.probe.get(url, {header: token}, TIMEOUT)
        answers.append(replace(answer, body=answer.body.replace(token, "****")))
    return answers


def _failed(answers: list[Answer], path: str) -> list[str]:
    bad = [f"GET {path} answered {a.status or a.body}" for a in answers if not 200 <= a.status < 400]
    return bad if len(bad) > 1 else []
