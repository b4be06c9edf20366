"""Keep what will be asked for later: the release record, and the evidence of a release that failed."""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.apply.evidence import of_colour
from hivemind.apply.outcome import Finished, Outcome
from hivemind.apply.recording import record
from hivemind.model.step import RecordRelease, SaveEvidence


def record_release(step: RecordRelease, acting: Acting) -> Outcome:
    """Done when the newest record is this plan's."""
    record(step, "live", acting)
    return Finished()


def save_evidence(step: SaveEvidence, acting: Acting) -> Outcome:
    """The journal's entry of this step holds the lines, by source."""
    gathered = of_colour(step.stack, step.colour, acting)
    return Finished({source: "\n".join(lines) for source, lines in gathered.items()})
