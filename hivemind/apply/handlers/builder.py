"""The one-shot builder: a machine that builds the release, migrates the database, and ends itself.

What it did is read from the objects it wrote, each published once and never overwritten. Always look at the machines
before the objects: then a builder seen to have ended has written all it ever will.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hivemind.apply.acting import Acting
from hivemind.apply.evidence import console_tail
from hivemind.apply.outcome import Stopped, Waiting
from hivemind.apply.standing import artifact_bucket, output, outputs
from hivemind.model import names
from hivemind.model.live import Instance

POLL = 3.0
LOG_LINES = 40


def builders(digest: str, acting: Acting) -> tuple[Instance, ...]:
    """Every builder of the release the cloud still shows, of this run and of earlier ones."""
    return acting.cloud.instances.tagged(_tags(digest, acting))


def alive(crew: tuple[Instance, ...]) -> bool:
    """Whether one of them may still write something."""
    return any(machine.state in ("pending", "running") for machine in crew)


def ours(crew: tuple[Instance, ...], acting: Acting) -> tuple[Instance, ...]:
    """Those that this run launched."""
    return tuple(m for m in crew if m.tags.get(names.TAG_OPERATION) == acting.operation)


def launch(digest: str, image: str, acting: Acting) -> Waiting:
    """Start a builder. Asking again before the cloud shows it starts no second one, by the token."""
    template = output(acting.foundation, names.BUILDER_TEMPLATE, acting)
    before = len(ours(builders(digest, acting), acting))
    acting.cloud.instances.launch(
        template,
        image=image,
        tags={**_tags(digest, acting), names.TAG_OPERATION: acting.operation},
        token=acting.token("builder", str(before)),
    )
    return Waiting(POLL, "the builder is starting")


def at_work(acting: Acting) -> Waiting:
    """The builder works: its last log line tells on what."""
    last = log_tail(acting, 1)
    return Waiting(POLL, last[-1][:200] if last else "the builder is starting")


def failure(digest: str, ended: tuple[Instance, ...], acting: Acting) -> Stopped | None:
    """What the last of these builders left behind about its failure; None when none of them has ended."""
    if not ended:
        return None
    machine = ended[-1].id
    record = record_at(names.failure_key(acting.prefix, digest, machine), acting)
    if record is None:
        return Stopped(
            f"the builder {machine} ended without a result",
            "Read its last lines; run `hivemind apply` again to build once more.",
            console_tail(machine, acting) + log_tail(acting, LOG_LINES),
        )
    log = tuple(str(record.get("log", "")).splitlines()[-LOG_LINES:])
    return Stopped(
        f"the release failed to {record.get('phase', 'build')}: exit code {record.get('exit', '?')}",
        "Read the last lines, fix it in the repository, and run `hivemind apply` again.",
        log or console_tail(machine, acting),
    )


def log_tail(acting: Acting, lines: int) -> tuple[str, ...]:
    """The builder's last log lines."""
    group = outputs(acting.foundation, acting).get(names.BUILDER_LOGS)
    return acting.cloud.telemetry.log_tail(group, lines) if group else ()


def record_at(key: str, acting: Acting) -> Mapping[str, Any] | None:
    """A JSON object from the artifact bucket; an object that is none counts as an empty one."""
    content = acting.cloud.objects.get(artifact_bucket(acting), key)
    if content is None:
        return None
    try:
        parsed = json.loads(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _tags(digest: str, acting: Acting) -> dict[str, str]:
    return {
        names.TAG_DEPLOYMENT: acting.plan.deployment,
        names.TAG_RELEASE: digest,
        names.TAG_ROLE: names.BUILDER,
    }
