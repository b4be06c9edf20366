"""What goes wrong, is said, is taken back as far as it must be, and can be run again."""

from __future__ import annotations

import pytest
from fakes.plans import (
    DIGEST,
    FOUNDATION_STACK,
    NEXT_DIGEST,
    PREFIX,
    SERVICE_STACK,
    create_plan,
    destroy_plan,
    switch_plan,
)
from fakes.stacks import Operation
from fakes.stage import Stage

from hivemind.model.names import bundle_key, migration_claim_key, migration_result_key
from hivemind.model.run import Failed, Progress, RunFinished


def statuses(stage: Stage) -> dict[str, str]:
    return {name: stack.status for name, stack in stage.cloud.stacks.stacks.items()}


def test_a_stack_that_cannot_be_created_says_why(stage: Stage) -> None:
    stage.world.faults.resources["Database"] = "DB instance quota exceeded"
    error = stage.fail(create_plan())
    assert stage.failed() == ["update-stack"]
    assert "Database (AWS::RDS::DBInstance) CREATE_FAILED: DB instance quota exceeded" in error.message
    assert error.evidence[0].endswith("DB instance quota exceeded")
    assert not any("cancelled" in line for line in error.evidence)
    assert "hivemind destroy" in error.hint
    assert error.where == "step 2 of 12, update-stack"
    assert stage.done("recovery") == []
    assert statuses(stage)[FOUNDATION_STACK] == "ROLLBACK_COMPLETE"


def test_and_once_that_is_fixed_the_shell_is_cleared_and_it_goes_on(stage: Stage) -> None:
    stage.world.faults.resources["Database"] = "DB instance quota exceeded"
    stage.fail(create_plan())
    stage.world.faults.resources.clear()
    stage.succeed(create_plan())
    assert stage.summary()["blue"] == (DIGEST, 2)


def test_and_as_long_as_it_is_not_fixed_it_fails_again(stage: Stage) -> None:
    stage.world.faults.resources["Database"] = "DB instance quota exceeded"
    stage.fail(create_plan())
    assert "quota exceeded" in stage.fail(create_plan()).message


def test_an_update_that_is_rolled_back_fails_and_the_next_good_one_goes_through(stage: Stage) -> None:
    stage.succeed(create_plan())
    plan = create_plan(template=create_plan().templates["web"].replace('"Logs"', '"NewLogs"'))
    stage.world.faults.resources["NewLogs"] = "name already taken"
    assert "name already taken" in stage.fail(plan).message
    assert statuses(stage)[SERVICE_STACK] == "UPDATE_ROLLBACK_COMPLETE"
    assert stage.machines("blue") == 2
    stage.world.faults.resources.clear()
    stage.succeed(plan)


def test_a_stuck_stack_is_left_to_a_person(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.cloud.stacks.stacks[FOUNDATION_STACK].status = "UPDATE_ROLLBACK_FAILED"
    error = stage.fail(create_plan())
    assert f"{FOUNDATION_STACK} is UPDATE_ROLLBACK_FAILED" in error.message
    assert "`hivemind doctor`" in error.hint


def test_a_busy_stack_is_waited_for(stage: Stage) -> None:
    plan = create_plan()
    stage.succeed(plan)
    stack = stage.cloud.stacks.stacks[SERVICE_STACK]
    stack.status = "UPDATE_IN_PROGRESS"
    stack.operation = Operation("UPDATE", "somebody-else", body=stack.body, parameters=stack.parameters)
    told = stage.succeed(plan)
    assert f"{SERVICE_STACK}: UPDATE_IN_PROGRESS" in [e.note for e in told if isinstance(e, Progress)]
    assert stage.machines("blue") == 2


@pytest.mark.parametrize("phase", ["install", "build"])
def test_a_release_that_does_not_build_names_the_phase_and_shows_the_log(stage: Stage, phase: str) -> None:
    stage.world.faults.builder = phase  # type: ignore[assignment]
    error = stage.fail(create_plan())
    assert stage.failed() == ["build-release"]
    assert f"failed to {phase}: exit code 1" in error.message
    assert error.evidence == (f"ERROR: {phase} went wrong",)
    assert stage.done("recovery") == []
    stage.world.faults.builder = ""
    stage.succeed(create_plan())


def test_a_builder_that_dies_without_a_word_shows_its_console(stage: Stage) -> None:
    stage.world.faults.builder = "dies"
    error = stage.fail(create_plan())
    assert "ended without a result" in error.message
    assert "kernel: Out of memory" in error.evidence
    stage.world.faults.builder = ""
    stage.succeed(create_plan())


def test_a_failed_migration_stops_before_any_instance_starts(stage: Stage) -> None:
    stage.world.faults.migration = "fails"
    error = stage.fail(create_plan())
    assert stage.failed() == ["run-migration"]
    assert "migration of release aaaaaaaaaaaa failed: exit code 1" in error.message
    assert error.evidence == ("ERROR: migrate went wrong",)
    assert migration_claim_key(PREFIX, DIGEST) in error.hint
    assert stage.world.colours_added == 0
    stage.world.faults.migration = ""
    assert "exit code 1" in stage.fail(create_plan()).message
    assert stage.world.migrations == 1


def test_a_migration_that_never_finished_asks_a_person_and_is_not_repeated(stage: Stage) -> None:
    stage.world.faults.migration = "hangs"
    error = stage.fail(create_plan())
    assert "was started and never finished" in error.message
    (bucket,) = stage.world.buckets
    assert f"delete the claim s3://{bucket}/{PREFIX}migrations/{DIGEST}" in error.hint
    stage.world.faults.migration = ""
    stage.fail(create_plan())
    assert stage.world.migrations == 1
    del stage.world.buckets[bucket][migration_claim_key(PREFIX, DIGEST)]
    stage.succeed(create_plan())
    assert stage.world.migrations == 2


def test_a_builder_lost_before_the_claim_is_replaced_once(stage: Stage) -> None:
    plan = create_plan()
    stage.succeed(plan.model_copy(update={"steps": plan.steps[:5]}))
    for machine in stage.world.machines.values():
        machine.state = "terminated"
    bucket = next(iter(stage.world.buckets.values()))
    for key in (migration_claim_key(PREFIX, DIGEST), migration_result_key(PREFIX, DIGEST)):
        bucket.pop(key, None)
    stage.succeed(plan)
    assert stage.world.migrations == 1


def test_an_app_that_crashes_at_start_is_emptied_and_its_console_shown(stage: Stage) -> None:
    stage.world.faults.crash = True
    error = stage.fail(create_plan())
    assert stage.failed() == ["add-colour"]
    assert "Received 1 FAILURE signal(s)" in error.evidence[0]
    assert any(line.endswith("No module named 'app'") and line.startswith("console | i-") for line in error.evidence)
    assert stage.done("recovery") == ["save-evidence", "empty-colour"]
    assert (stage.holds("blue"), stage.machines("blue")) == ("", 0)
    assert statuses(stage)[FOUNDATION_STACK] == "CREATE_COMPLETE"
    assert "Database" in stage.cloud.stacks.stacks[FOUNDATION_STACK].resources
    stage.world.faults.crash = False
    stage.succeed(create_plan())
    assert stage.machines("blue") == 2


def test_the_next_release_crashing_leaves_the_live_one_serving(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.world.faults.crash = True
    stage.fail(switch_plan())
    assert stage.done("recovery") == ["shift-traffic", "save-evidence", "empty-colour"]
    assert stage.summary()["blue"] == (DIGEST, 2)
    assert stage.summary()["green"] == ("", 0)
    assert stage.weights() == {"blue": 100, "green": 0}
    stage.world.faults.crash = False
    stage.succeed(switch_plan())
    assert stage.summary()["green"] == (NEXT_DIGEST, 2)


def test_unhealthy_targets_run_into_the_deadline_with_their_reasons(stage: Stage) -> None:
    stage.world.faults.unhealthy = True
    error = stage.fail(create_plan())
    assert stage.failed() == ["await-healthy"]
    assert "not done after 600 s: 0 of 2 healthy" in error.message
    assert "Target.FailedHealthChecks" in error.message
    assert any(line.endswith("app is up") for line in error.evidence)
    assert stage.machines("blue") == 0


def test_a_release_that_answers_500_is_not_let_through(stage: Stage) -> None:
    stage.probe.answers = [500]
    error = stage.fail(create_plan())
    assert stage.failed() == ["verify-release"]
    assert "GET /healthz answered 500" in error.message
    assert stage.cloud.stacks.stacks[SERVICE_STACK].parameters["TestToken"] not in str(error)
    assert stage.done("recovery") == ["save-evidence", "empty-colour"]


def test_a_missing_bundle_says_what_to_do(stage: Stage) -> None:
    path = stage.bundles.path(DIGEST)
    assert path is not None
    path.unlink()
    error = stage.fail(create_plan())
    assert "does not have the bundle aaaaaaaaaaaa" in error.message
    assert "hivemind plan" in error.hint


def test_a_bundle_uploaded_from_elsewhere_needs_no_local_file(stage: Stage) -> None:
    plan = create_plan()
    stage.succeed(plan.model_copy(update={"steps": plan.steps[:4]}))
    path = stage.bundles.path(DIGEST)
    assert path is not None
    path.unlink()
    stage.succeed(plan)
    assert bundle_key(PREFIX, DIGEST) in next(iter(stage.world.buckets.values()))


def test_a_release_never_built_cannot_be_added(stage: Stage) -> None:
    plan = create_plan()
    steps = (*plan.steps[:3], *plan.steps[6:])
    assert "has no built tree" in stage.fail(plan.model_copy(update={"steps": steps})).message


def test_a_template_missing_from_the_plan_is_named(stage: Stage) -> None:
    plan = create_plan()
    without = {part: body for part, body in plan.templates.items() if part != "web"}
    assert "no template for web" in stage.fail(plan.model_copy(update={"templates": without})).message


def test_a_parameter_nobody_knows_is_named(stage: Stage) -> None:
    plan = create_plan(template=create_plan().templates["web"].replace('"VpcId": {', '"Mystery": {'))
    assert "parameter Mystery has no value" in stage.fail(plan).message


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("submit", "update-stack"),
        ("put_file", "upload-bundle"),
        ("launch", "build-release"),
        ("health", "await-healthy"),
        ("header", "verify-release"),
    ],
)
def test_a_refused_call_fails_its_step_in_the_clouds_words(stage: Stage, call: str, kind: str) -> None:
    stage.world.faults.refused.add(call)
    error = stage.fail(create_plan())
    assert stage.failed() == [kind]
    assert error.message == f"{call}: try later (Throttling)"
    assert error.hint == "Wait and run again."
    stage.succeed(create_plan())
    assert stage.world.migrations == 1


def test_events_that_cannot_be_read_do_not_fail_a_step(stage: Stage) -> None:
    stage.world.faults.refused.add("events")
    stage.succeed(create_plan())


def test_a_recovery_step_that_fails_is_journaled_and_the_next_still_runs(stage: Stage) -> None:
    stage.world.faults.crash = True
    plan = create_plan()
    recovery = (switch_plan().recovery[0].model_copy(update={"stack": "gone"}), *plan.recovery)
    error = stage.fail(plan.model_copy(update={"recovery": recovery}))
    assert stage.failed("recovery") == ["shift-traffic"]
    assert stage.done("recovery") == ["save-evidence", "empty-colour"]
    assert "FAILURE signal" in error.evidence[0]


def test_the_verdict_of_an_instance_is_the_cause_however_much_the_application_says_after_it(stage: Stage) -> None:
    plan = create_plan()
    stage.apply(plan.model_copy(update={"recovery": ()}))
    for machine in stage.world.machines.values():
        machine.console = "cloud-init[7]: FAILED: nothing answers on port 80 after 300 s\n" + "Traceback\n" * 100
    stage.succeed(plan.model_copy(update={"steps": plan.recovery[:1]}))
    result = next(e for e in reversed(stage.store.journal) if e.kind == "done").result  # type: ignore[union-attr]
    assert result["cause"] == "nothing answers on port 80 after 300 s"


def test_a_release_that_does_not_start_fails_with_its_cause(stage: Stage) -> None:
    stage.world.faults.crash = True
    error = stage.fail(create_plan())
    assert error.message == "web blue does not start: the application crashed 3 times at its start"
    assert any("FAILURE signal" in line for line in error.evidence)


def test_evidence_that_cannot_be_read_says_so_and_the_rest_is_kept(stage: Stage) -> None:
    stage.world.faults.unhealthy = True
    plan = create_plan()
    stage.apply(plan.model_copy(update={"recovery": ()}))
    stage.world.faults.refused.add("console")
    stage.succeed(plan.model_copy(update={"steps": plan.recovery[:1]}))
    result = next(e for e in reversed(stage.store.journal) if e.kind == "done").result  # type: ignore[union-attr]
    assert result["cause"].startswith("could not be read: console: try later")
    assert "Target.FailedHealthChecks" in result["targets"]


def test_failing_after_the_release_is_live_takes_nothing_back(stage: Stage) -> None:
    plan = create_plan()
    before = [step.kind for step in plan.steps].index("shift-traffic")
    stage.succeed(plan.model_copy(update={"steps": plan.steps[: before + 1]}))
    stage.cloud.stacks.stacks[FOUNDATION_STACK].status = "UPDATE_ROLLBACK_FAILED"
    protect = plan.model_copy(update={"steps": plan.steps[before + 1 :]})
    stage.fail(protect)
    assert stage.done("recovery") == []
    assert stage.machines("blue") == 2


def test_an_interrupt_closes_the_journal_and_goes_on_up(stage: Stage) -> None:
    def interrupt(entry: object) -> None:
        if getattr(entry, "index", None) == 4:
            stage.store.after_append = lambda entry: None
            raise KeyboardInterrupt

    stage.store.after_append = interrupt
    with pytest.raises(KeyboardInterrupt):
        stage.apply(create_plan())
    last = stage.store.journal[-1]
    assert isinstance(last, RunFinished)
    assert last.verdict == "interrupted"
    stage.succeed(create_plan())


def test_a_destroy_that_fails_names_what_is_in_the_way(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.world.faults.resources["Vpc.delete"] = "has dependencies"
    error = stage.fail(destroy_plan())
    assert f"stack {FOUNDATION_STACK} could not be deleted: Vpc (AWS::EC2::VPC) DELETE_FAILED" in error.message
    stage.world.faults.resources.clear()
    stage.succeed(destroy_plan())
    assert stage.cloud.stacks.stacks == {}


def test_emptiness_that_cannot_be_proved_lists_what_is_left(stage: Stage) -> None:
    stage.succeed(create_plan())
    stray = stage.world.start({"hivemind:deployment": "shop:local"})
    error = stage.fail(destroy_plan())
    assert stage.failed() == ["prove-empty"]
    assert f"still there: instance {stray.id}" in error.message


def test_a_create_never_deletes_a_stack_that_stands(stage: Stage) -> None:
    stage.succeed(create_plan())
    plan = create_plan()
    steps = (destroy_plan().steps[1], *plan.steps)
    stage.succeed(plan.model_copy(update={"steps": steps}))
    assert stage.world.colours_added == 1


def test_a_failure_is_journaled_with_hint_and_evidence(stage: Stage) -> None:
    stage.world.faults.builder = "build"
    error = stage.fail(create_plan())
    failed = next(entry for entry in stage.store.journal if isinstance(entry, Failed))
    assert (failed.message, failed.hint, failed.evidence) == (error.message, error.hint, error.evidence)
