"""Upload the source bundle and have it built, each once."""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.apply.handlers.builder import alive, at_work, builders, failure, launch, ours, record_at
from hivemind.apply.outcome import Finished, Outcome, Stopped
from hivemind.apply.standing import artifact_bucket
from hivemind.model import names
from hivemind.model.step import BuildRelease, UploadBundle


def upload_bundle(step: UploadBundle, acting: Acting) -> Outcome:
    """Done when the object exists; its name is its digest, so it is never overwritten."""
    bucket, key = artifact_bucket(acting), names.bundle_key(acting.prefix, step.digest)
    if acting.cloud.objects.exists(bucket, key):
        return Finished({"uploaded": "false"})
    path = acting.bundles.path(step.digest)
    if path is None:
        return Stopped(
            f"this machine does not have the bundle {step.digest[:12]} that the plan was made from",
            "Run `hivemind plan` again in a checkout of the application, then apply that plan.",
        )
    uploaded = acting.cloud.objects.put_file(bucket, key, path)
    return Finished({"uploaded": "true" if uploaded else "false"})


def build_release(step: BuildRelease, acting: Acting) -> Outcome:
    """Done when the built tree's record is published; a builder of an earlier run is waited for, not doubled."""
    crew = builders(step.digest, acting)
    record = record_at(names.built_record_key(acting.prefix, step.digest), acting)
    if record is not None:
        return Finished({"checksum": str(record.get("checksum", ""))})
    if alive(crew):
        return at_work(acting)
    return failure(step.digest, ours(crew, acting), acting) or launch(step.digest, step.image, acting)
