"""destroy: protection off, services, then the foundation with its final snapshot, artifacts, and the proof."""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.model.live import Live, LiveStack
from hivemind.model.names import BOOTSTRAP, PROTECT, artifact_prefix
from hivemind.model.step import DeleteArtifacts, DeleteStack, ProveEmpty, Step, UpdateStack
from hivemind.model.template import FOUNDATION
from hivemind.plan.standing import STUCK, is_shell, stacks


def destroy(name: str, env: str, live: Live, *, last_on_local: bool) -> tuple[Step, ...]:
    """The steps that leave nothing of an environment but the final snapshot; empty when nothing stands.

    `last_on_local`: no other deployment uses the artifact bucket, so its stack goes too.
    """
    there = stacks(live)
    doomed = [part for part in reversed(tuple(there)) if part != BOOTSTRAP]
    if last_on_local and BOOTSTRAP in there:
        doomed.append(BOOTSTRAP)
    if not doomed:
        return ()
    return (
        *_unprotect(there.get(FOUNDATION)),
        *(DeleteStack(part=part, stack=there[part].name) for part in doomed if part != BOOTSTRAP),
        *([DeleteArtifacts(prefix=artifact_prefix(name, env))] if BOOTSTRAP in there else []),
        *(DeleteStack(part=part, stack=there[part].name) for part in doomed if part == BOOTSTRAP),
        ProveEmpty(stacks=tuple(there[part].name for part in doomed)),
    )


def _unprotect(foundation: LiveStack | None) -> Iterator[Step]:
    """Only where a stack can still be updated and is protected; a wreck is deleted as it is."""
    if foundation is None or is_shell(foundation) or foundation.status in STUCK:
        return
    if foundation.parameters.get(PROTECT, "false") != "false":
        yield UpdateStack(part=FOUNDATION, stack=foundation.name, parameters={PROTECT: "false"}, purpose="unprotect")
