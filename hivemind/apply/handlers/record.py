"""Keep what will be asked for later: the release record, and the evidence of a release that failed."""

from __future__ import annotations

from hashlib import sha256

from hivemind.apply.acting import Acting
from hivemind.apply.evidence import of_colour
from hivemind.apply.outcome import Finished, Outcome
from hivemind.model.release import ReleaseRecord
from hivemind.model.step import RecordRelease, SaveEvidence


def record_release(step: RecordRelease, acting: Acting) -> Outcome:
    """Done when the newest record is this plan's."""
    newest = next(iter(acting.store.releases()), None)
    if newest and newest.digest == step.digest and newest.plan == acting.plan.digest:
        return Finished()
    release = acting.plan.release
    acting.store.record(
        ReleaseRecord(
            digest=step.digest,
            commit=release.commit if release else None,
            deployment=acting.plan.deployment,
            template_hashes={part: sha256(body.encode()).hexdigest() for part, body in acting.plan.templates.items()},
            colours=dict(step.colours),
            migrated=bool(release and release.migrates),
            who=acting.who,
            when=acting.clock.now().isoformat(timespec="seconds"),
            verdict="live",
            plan=acting.plan.digest,
        )
    )
    return Finished()


def save_evidence(step: SaveEvidence, acting: Acting) -> Outcome:
    """The journal's entry of this step holds the lines, by source."""
    gathered = of_colour(step.stack, step.colour, acting)
    return Finished({source: "\n".join(lines) for source, lines in gathered.items()})
