"""What is wrong between what is remembered and what is there: runs, records, claims, and what belongs to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hivemind.model.symptom import Symptom
from hivemind.plan.doctor.facts import Facts
from hivemind.plan.standing import serving
from hivemind.plan.words import short

REMOVALS: Mapping[str, str] = {
    "stack": "aws cloudformation delete-stack --stack-name {id}",
    "instance": "aws ec2 terminate-instances --instance-ids {id}",
    "auto scaling group": "aws autoscaling delete-auto-scaling-group --force-delete --auto-scaling-group-name {id}",
    "load balancer": "aws elbv2 delete-load-balancer --load-balancer-arn {id}",
    "target group": "aws elbv2 delete-target-group --target-group-arn {id}",
    "database": "aws rds delete-db-instance --db-instance-identifier {id} --final-db-snapshot-identifier {id}-final",
}
"""How each kind of thing that the inventory finds is removed by hand."""


def going_on(facts: Facts) -> Iterator[Symptom]:
    """Somebody is at work: no sickness, and the reason why much else may look like one."""
    if facts.holder and facts.running:
        yield Symptom(
            kind="run-going-on",
            severity="info",
            where="lock",
            what=f"{facts.holder.who} holds this deployment since {facts.holder.since} "
            f"({facts.holder.why}, process {facts.holder.process})",
            way_out=facts.command("cancel"),
            note="Wait for its end; `cancel` has it stop and go its way back.",
        )


def dead_lock(facts: Facts) -> Iterator[Symptom]:
    """The lock of a process that is gone: it holds nobody off, and says who was at work."""
    if facts.holder and not facts.running:
        yield Symptom(
            kind="lock-of-a-dead-run",
            severity="warning",
            where="lock",
            what=f"{facts.holder.who} held this deployment since {facts.holder.since} ({facts.holder.why}); "
            f"process {facts.holder.process} is gone",
            way_out=facts.onward,
            note="The lock holds nobody off: the next run takes it over.",
        )


def cut_off(facts: Facts) -> Iterator[Symptom]:
    """A run that was killed or interrupted."""
    run = facts.last_run
    if run is None or not facts.cut_off:
        return
    told = "was interrupted" if run.ending == "interrupted" else "was killed"
    anew = facts.command("destroy" if run.transition == "destroy" else "apply")
    yield Symptom(
        kind="run-cut-off",
        severity="warning",
        where="journal",
        what=f"the {run.transition.replace('_', '-')} that {run.who} began at {run.since} {told}",
        way_out=facts.command("resume") if facts.resumable else anew,
        note=f"Or go back: {facts.command('cancel')}" if facts.resumable else "Its plan is not kept; it is made anew.",
    )


def unrecorded(facts: Facts) -> Iterator[Symptom]:
    """A release serves that no record tells of, so nobody could go back to it."""
    for name, service, _ in facts.standing():
        colour = serving(service)
        digest = service.releases.get(colour, "") if colour else ""
        if digest and digest not in facts.recorded:
            yield Symptom(
                kind="release-not-recorded",
                severity="warning",
                where=name,
                what=f"release {short(digest)} serves and was not recorded",
                way_out=facts.onward,
                note="It records the release, or the one that takes its place.",
            )


def claims(facts: Facts) -> Iterator[Symptom]:
    """A migration that began and never said how it ended."""
    for place in facts.claims:
        yield Symptom(
            kind="migration-without-result",
            severity="error",
            where=place,
            what=f"the migration of release {short(place.rsplit('/', 1)[-1])} began, and nobody knows how far it came",
            way_out=f"aws s3 rm {place}",
            note="Look at the database first. Deleting the claim lets the migration run again, by "
            f"{facts.command('apply')}",
        )


def orphans(facts: Facts) -> Iterator[Symptom]:
    """What carries the deployment's tag and belongs to no part; a service the spec no longer names is a part to go."""
    for name, stack in facts.live.stacks.items():
        if name not in facts.services:
            yield Symptom(
                kind="orphan",
                severity="warning",
                where=stack.name,
                what=f"the stack of a service `{name}` that the spec does not name",
                way_out=facts.command("apply"),
                note="It deletes the stack. Or name the service in the spec again.",
            )
    for stray in facts.strays:
        yield Symptom(
            kind="orphan",
            severity="warning",
            where=stray.id,
            what=f"this {stray.kind} carries the deployment's tag and belongs to none of its parts",
            way_out=REMOVALS.get(stray.kind, "aws resourcegroupstaggingapi get-resources").format(id=stray.id),
            note="Look at it first: nothing of HiveMind's would miss it.",
        )
