"""From what is wanted and what stands to steps, notes and findings."""

from __future__ import annotations

import time

import pytest
from golden.plan import scene

from hivemind.errors import RenderError, UsageError
from hivemind.model.change import PropertyChange, ResourceChange
from hivemind.model.live import Live, LiveStack
from hivemind.model.plan import Finding, Plan
from hivemind.model.spec import EmulatorSpec, EnvironmentSpec
from hivemind.model.step import AddColour, DeleteArtifacts, DeleteStack, EmptyColour, UpdateStack
from hivemind.plan.document import document
from hivemind.plan.fingerprint import live_fingerprint, spec_fingerprint
from hivemind.plan.guards import removals
from hivemind.plan.planner import plan, plan_destroy
from hivemind.plan.seal import to_json

LOCAL = EnvironmentSpec()
STAGING = EnvironmentSpec(name="staging")


def kinds(made: Plan) -> list[str]:
    return [step.kind for step in made.steps]


def planned(live: Live | None, digest: str = scene.FIRST, **changed: str) -> Plan:
    return plan(scene.desired(STAGING, scene.release(digest), **changed), live, {}, ())


def with_web(live: Live, **update: object) -> Live:
    return live.model_copy(update={"stacks": {"web": live.stacks["web"].model_copy(update=update)}})


def with_foundation(live: Live, **update: object) -> Live:
    assert live.foundation is not None
    return live.model_copy(update={"foundation": live.foundation.model_copy(update=update)})


CREATE = [
    "update-stack",
    "update-stack",
    "update-stack",
    "upload-bundle",
    "build-release",
    "run-migration",
    "add-colour",
    "await-healthy",
    "verify-release",
    "shift-traffic",
    "update-stack",
    "record-release",
]
BESIDE = [*CREATE[3:9], "try-release", "shift-traffic", "watch-release", "empty-colour", "record-release"]


def test_create() -> None:
    made = planned(scene.nothing())
    assert (made.transition, kinds(made)) == ("create", CREATE)
    foundation, web = [step for step in made.steps if isinstance(step, UpdateStack)][1:3]
    assert foundation.parameters == {"Protect": "false"}
    assert (web.parameters["BlueWeight"], web.parameters["GreenWeight"], web.parameters["BlueRelease"]) == (
        "100",
        "0",
        "",
    )
    assert "TestToken" not in web.parameters
    assert [step.kind for step in made.recovery] == ["save-evidence", "empty-colour"]
    assert made.image == scene.IMAGE
    assert next(step for step in made.steps if isinstance(step, AddColour)).image == scene.IMAGE


def test_create_without_a_migration_runs_none() -> None:
    release = scene.release().model_copy(update={"migrates": ()})
    assert "run-migration" not in kinds(plan(scene.desired(STAGING, release), scene.nothing(), {}, ()))


def test_create_with_an_artifact_bucket_makes_no_second() -> None:
    live = scene.nothing().model_copy(update={"bootstrap": scene.live("staging").bootstrap})
    assert kinds(planned(live)) == CREATE[1:]
    older = live.model_copy(
        update={"bootstrap": live.bootstrap and live.bootstrap.model_copy(update={"body": scene.body("web")})}
    )
    assert kinds(planned(older)) == CREATE


def test_a_worker_is_started_without_probes_or_traffic() -> None:
    wanted = scene.desired(STAGING, scene.release())
    worker = scene.WEB.model_copy(update={"kind": "worker"})
    wanted = wanted.model_copy(update={"findings": wanted.findings.model_copy(update={"services": (worker,)})})
    made = plan(wanted, scene.nothing(), {}, ())
    assert not {"await-healthy", "verify-release", "shift-traffic"} & set(kinds(made))
    assert not any("plain HTTP" in note for note in made.notes)


def test_without_a_release_nothing_is_created() -> None:
    with pytest.raises(UsageError, match="no release"):
        plan(scene.desired(STAGING), scene.nothing(), {}, ())


def test_offline_without_a_release_it_can_still_be_shown() -> None:
    made = plan(scene.desired(STAGING), None, {}, ())
    assert made.transition == "create"
    assert any("digest is not known" in note for note in made.notes)


def test_a_half_made_foundation_keeps_its_protection_and_the_release_its_colour() -> None:
    live = scene.live("staging", protect="false")
    made = planned(live)
    web = next(s for s in made.steps if isinstance(s, UpdateStack) and s.part == "web")
    assert web.parameters == {"BlueWeight": "100", "GreenWeight": "0"}
    emptied = next(s for s in planned(live, scene.SECOND).steps if isinstance(s, UpdateStack) and s.part == "web")
    assert emptied.parameters["BlueRelease"] == ""


def test_a_serving_release_without_a_record_is_an_unfinished_create() -> None:
    wanted = scene.desired(STAGING, scene.release())
    live = scene.live("staging")
    assert plan(wanted, live, {}, ()).transition == "none"
    assert plan(wanted.model_copy(update={"recorded": (scene.FIRST,)}), live, {}, ()).transition == "none"
    made = plan(wanted.model_copy(update={"recorded": ()}), live, {}, ())
    assert made.transition == "create"
    base = next(s for s in made.steps if isinstance(s, UpdateStack) and s.part == "foundation")
    assert base.parameters == {"Protect": "true"}


@pytest.mark.parametrize(
    "status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"]
)
def test_wreckage_without_data_is_deleted_first(status: str) -> None:
    live = with_web(scene.live("staging", protect="false"), status=status)
    made = planned(live.model_copy(update={"services": {}}))
    assert isinstance(made.steps[0], DeleteStack)
    assert made.steps[0].part == "web"
    assert any(f"is {status}: an empty shell" in note for note in made.notes)
    assert not made.blocked


@pytest.mark.parametrize("status", ["CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_FAILED"])
def test_wreckage_with_a_database_is_never_deleted(status: str) -> None:
    live = with_foundation(scene.live("staging", protect="false"), status=status)
    made = planned(live)
    assert not any(isinstance(step, DeleteStack) for step in made.steps)
    assert made.blocked
    assert made.findings[0].rule == "unusable-stack"


def test_a_foundation_of_which_everything_is_gone_is_deleted() -> None:
    live = scene.live("staging", protect="false")
    assert live.foundation is not None
    gone = tuple(r.model_copy(update={"status": "DELETE_COMPLETE"}) for r in live.foundation.resources)
    live = with_foundation(live, status="ROLLBACK_COMPLETE", resources=gone).model_copy(
        update={"stacks": {}, "services": {}}
    )
    made = planned(live)
    assert [s.part for s in made.steps if isinstance(s, DeleteStack)] == ["foundation"]
    assert not made.blocked


def test_a_stack_that_only_a_person_can_free_blocks() -> None:
    made = planned(with_web(scene.live("staging"), status="UPDATE_ROLLBACK_FAILED"), scene.SECOND)
    assert made.blocked
    assert "continue-update-rollback" in made.findings[0].fix


def test_a_busy_stack_is_named() -> None:
    made = planned(with_web(scene.live("staging"), status="UPDATE_IN_PROGRESS"))
    assert any("still at work" in note for note in made.notes)


@pytest.mark.parametrize(
    ("part", "old", "new", "transition"),
    [
        ("web", "Period", "Period", "none"),
        ("web", "RetentionInDays: 30", "RetentionInDays: 90", "in_place"),
        ("web", "MaxSize: '3'", "MaxSize: '5'", "in_place"),
        ("web", "VolumeSize: 16", "VolumeSize: 32", "blue_green"),
        ("web", "TargetGroupARNs: [!Ref BlueTargets]", "TargetGroupARNs: []", "blue_green"),
        ("foundation", "CidrBlock: 10.20.20.0/24", "CidrBlock: 10.20.22.0/24", "in_place"),
    ],
)
def test_what_a_live_colour_would_feel_is_released(part: str, old: str, new: str, transition: str) -> None:
    made = planned(scene.live("staging"), **{part: scene.body(part).replace(old, new)})
    assert made.transition == transition
    expected = {"none": [], "in_place": ["update-stack"], "blue_green": BESIDE}[transition]
    assert [step.kind for step in made.steps] == expected


def test_a_change_of_the_empty_colour_alone_is_in_place() -> None:
    text = scene.body("web")
    head, tail = text.split("  GreenTemplate:", 1)
    made = planned(
        scene.live("staging"), web=f"{head}  GreenTemplate:{tail.replace('VolumeSize: 16', 'VolumeSize: 32')}"
    )
    assert made.transition == "none"


def test_another_machine_is_a_release_with_the_capacity_of_the_live_one() -> None:
    live = scene.live("staging", web={**scene.web_parameters(), "BlueCapacity": "4"})
    wanted = scene.desired(STAGING.model_copy(update={"instance_type": "t3.large"}), scene.release())
    made = plan(wanted, live, {}, ())
    assert made.transition == "blue_green"
    values = {p.name: p.after for p in made.parameters}
    assert (values["GreenInstanceType"], values["GreenCapacity"], values["BlueRelease"]) == ("t3.large", "4", "")
    assert values["GreenChecksum"] is None


def test_a_new_service_is_a_release_and_an_old_one_is_named() -> None:
    live = scene.live("staging")
    alone = live.model_copy(update={"stacks": {"api": live.stacks["web"]}, "services": {"api": live.services["web"]}})
    made = planned(alone)
    assert made.transition == "blue_green"
    assert any("service api is no longer in the spec" in note for note in made.notes)
    assert {c.action for c in made.changes} == {"add", "remove"}


def test_a_new_image_alone_is_no_change_and_is_mentioned() -> None:
    made = planned(scene.live("staging").model_copy(update={"image": "ami-0fedcba9876543210"}))
    assert made.transition == "none"
    assert any("newer machine image" in note for note in made.notes)


def without_database() -> str:
    text = scene.body("foundation")
    return text[: text.index("  Database:")] + text[text.index("  Alerts:") :].replace("!Ref Database}", "x}")


def test_replacing_a_database_blocks() -> None:
    made = planned(scene.live("staging"), foundation=scene.body("foundation").replace("DBName: app", "DBName: other"))
    assert ("data-loss", "block") in {(f.rule, f.severity) for f in made.findings}
    assert not made.forecast.reversible


def test_removing_a_bucket_blocks() -> None:
    text = scene.body("foundation")
    bucket = "  Files: {Type: AWS::S3::Bucket}\n"
    live = scene.live("staging")
    assert live.foundation is not None
    held = live.foundation.model_copy(update={"body": text.replace("  Alerts:", f"{bucket}  Alerts:", 1)})
    made = planned(live.model_copy(update={"foundation": held}))
    assert ("data-loss", "block") in {(f.rule, f.severity) for f in made.findings}


def test_removing_a_database_warns_and_lifts_its_protection_for_that_one_change() -> None:
    made = planned(scene.live("staging"), foundation=without_database())
    assert removals(made.changes) == ("Database",)
    assert ("data-removal", "warn") in {(f.rule, f.severity) for f in made.findings}
    assert not made.blocked
    assert not made.forecast.reversible
    told = [(step.purpose, dict(step.parameters)) for step in made.steps if isinstance(step, UpdateStack)]
    assert told == [("unprotect", {"Protect": "false"}), ("change", {}), ("protect", {"Protect": "true"})]


def test_what_may_replace_a_database_warns() -> None:
    text = scene.body("foundation").replace("Engine: postgres", "Engine: mysql")
    (found,) = planned(scene.live("staging"), foundation=text).findings
    assert (found.rule, found.severity) == ("data-loss", "warn")


@pytest.mark.parametrize(
    ("old", "new", "downtime"),
    [
        ("db.t4g.micro", "db.t4g.small", "minutes"),
        ("EngineVersion: '16'", "EngineVersion: '17'", "minutes"),
        ("MultiAZ: false", "MultiAZ: true", "none"),
        ("AllocatedStorage: '20'", "AllocatedStorage: '40'", "none"),
        ("Scheme: internet-facing", "Scheme: internal", "minutes"),
    ],
)
def test_downtime(old: str, new: str, downtime: str) -> None:
    made = planned(scene.live("staging"), foundation=scene.body("foundation").replace(old, new))
    assert made.forecast.downtime == downtime
    assert bool(made.forecast.downtime_reason) == (downtime != "none")


def test_a_change_set_knows_better() -> None:
    text = scene.body("foundation").replace("Engine: postgres", "Engine: mysql")
    property_ = PropertyChange(path="Engine", before=None, after=None, replaces="always")
    stack = "guestbook-staging-foundation"
    theirs = ResourceChange(
        stack=stack,
        logical_id="Database",
        type="AWS::RDS::DBInstance",
        action="replace",
        properties=(property_,),
        reason="so says AWS",
    )
    extra = ResourceChange(stack=stack, logical_id="Alerts", type="AWS::SNS::Topic", action="modify")
    wanted = scene.desired(STAGING, scene.release(), foundation=text)
    made = plan(wanted, scene.live("staging"), {}, (), {"foundation": (theirs, extra)})
    database = next(c for c in made.changes if c.logical_id == "Database")
    assert (database.action, database.reason) == ("replace", "so says AWS")
    assert (database.properties[0].before, database.properties[0].replaces) == ("postgres", "always")
    assert "Alerts" in {c.logical_id for c in made.changes}
    assert made.blocked


def test_sheriffs_findings_are_carried() -> None:
    finding = Finding(rule="r", severity="block", title="t", where="w", why="y", fix="f", source="s")
    made = plan(scene.desired(STAGING, scene.release()), scene.nothing(), {}, (finding,))
    assert made.findings == (finding,)
    assert made.blocked


def test_notes_say_what_is_not_rehearsed() -> None:
    nearest = LOCAL.model_copy(update={"emulator": EmulatorSpec(runtimes="nearest")})
    made = plan(scene.desired(nearest, scene.release(scene.FIRST, *"abcdefg")), scene.nothing(), {}, ())
    told = "\n".join(made.notes)
    assert "7 uncommitted files: a, b, c, d, e and 2 more" in told
    assert "plain HTTP" in told
    assert "TLS to the database is not rehearsed" in told
    assert "another minor version" in told
    secure = STAGING.model_copy(update={"certificate": "arn:aws:acm:us-east-1:1:certificate/x"})
    assert not plan(scene.desired(secure, scene.release()), scene.nothing(), {}, ()).notes


def test_a_size_that_follows_from_the_code_is_told_with_its_reason() -> None:
    desired = scene.desired(STAGING, scene.release())
    services = tuple(one.model_copy(update={"language": "rust", "framework": "next"}) for one in desired.services)
    rusty = desired.model_copy(update={"findings": desired.findings.model_copy(update={"services": services})})
    told = "\n".join(plan(rusty, scene.nothing(), {}, ()).notes)
    assert "instances are t3.small: web: Next.js" in told
    assert "the builder is c6i.xlarge: web: Rust" in told
    assert "t3.small" not in "\n".join(plan(desired, scene.nothing(), {}, ()).notes)


def test_destroy() -> None:
    made = plan_destroy(scene.desired(STAGING).spec, STAGING, scene.live("staging"))
    assert kinds(made) == ["update-stack", "delete-stack", "delete-stack", "delete-artifacts", "prove-empty"]
    assert [s.part for s in made.steps if isinstance(s, DeleteStack)] == ["web", "foundation"]
    assert {c.action for c in made.changes} == {"remove"}
    assert made.templates["foundation"] == scene.body("foundation")
    assert made.cost.after == 0
    assert not made.forecast.reversible


def test_destroy_takes_the_bucket_only_when_it_is_the_last() -> None:
    made = plan_destroy(scene.desired(LOCAL).spec, LOCAL, scene.live("local"), True)
    parts = [s.part for s in made.steps if isinstance(s, DeleteStack)]
    assert parts == ["web", "foundation", "bootstrap"]
    assert next(s for s in made.steps if isinstance(s, DeleteArtifacts)).prefix == "guestbook/local/"


@pytest.mark.parametrize(
    ("status", "protect", "unprotects"),
    [
        ("CREATE_COMPLETE", "true", True),
        ("UPDATE_COMPLETE", "true", True),
        ("CREATE_COMPLETE", "false", False),
        ("ROLLBACK_COMPLETE", "true", False),
        ("DELETE_FAILED", "true", False),
        ("UPDATE_ROLLBACK_FAILED", "true", False),
    ],
)
def test_protection_is_lifted_where_it_is_on_and_can_be(status: str, protect: str, unprotects: bool) -> None:
    live = with_foundation(scene.live("staging", protect=protect), status=status)
    made = plan_destroy(scene.desired(STAGING).spec, STAGING, live)
    assert ("update-stack" in kinds(made)) is unprotects
    assert "delete-stack" in kinds(made)


def test_destroy_of_nothing_is_nothing() -> None:
    made = plan_destroy(scene.desired(STAGING).spec, STAGING, scene.nothing())
    assert (made.transition, made.steps, made.headline) == ("none", (), "no changes: nothing stands")
    bucket = scene.nothing().model_copy(update={"bootstrap": scene.live("staging").bootstrap})
    assert plan_destroy(scene.desired(STAGING).spec, STAGING, bucket).transition == "none"


def test_destroy_of_a_stack_without_a_readable_body_still_destroys() -> None:
    shell = LiveStack(name="guestbook-staging-web", stack_id="x", status="REVIEW_IN_PROGRESS", body="")
    made = plan_destroy(
        scene.desired(STAGING).spec, STAGING, scene.nothing().model_copy(update={"stacks": {"web": shell}})
    )
    assert (made.transition, kinds(made)) == ("destroy", ["delete-stack", "prove-empty"])


def test_a_committed_template_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(RenderError):
        plan(scene.desired(STAGING, scene.release()), None, {"foundation": "Resources: ["}, ())


def test_offline_a_committed_service_that_is_no_longer_rendered_goes() -> None:
    committed = {t.part: t.body for t in scene.templates("staging")} | {"old": scene.body("web")}
    made = plan(scene.desired(STAGING, scene.release()), None, committed, ())
    assert {(c.stack, c.action) for c in made.changes} == {("guestbook-staging-old", "remove")}


def test_secrets_appear_nowhere() -> None:
    parameters = {**scene.web_parameters(), "TestToken": "canary"}
    made = [
        planned(scene.live("staging", web=parameters), scene.SECOND),
        plan_destroy(scene.desired(STAGING).spec, STAGING, scene.live("staging", web=parameters)),
    ]
    assert all("canary" not in to_json(each) for each in made)


def test_capacity_and_reasons_do_not_move_the_fingerprint_and_all_else_does() -> None:
    live = scene.live("staging")
    print_ = live_fingerprint(live)
    scaled = scene.live("staging", web={**scene.web_parameters(), "BlueCapacity": "9"})
    assert live_fingerprint(scaled) == print_
    assert live_fingerprint(with_web(live, reason="User Initiated")) == print_
    moved = [
        live.model_copy(update={"image": "ami-2"}),
        live.model_copy(update={"account": "2"}),
        with_web(live, status="UPDATE_COMPLETE"),
        with_web(live, body=live.stacks["web"].body + "\n"),
        with_web(live, resources=()),
        scene.live("staging", web={**scene.web_parameters(), "BlueWeight": "50"}),
    ]
    assert len({print_, *map(live_fingerprint, moved)}) == 7
    assert live_fingerprint(None) == ""


def test_the_spec_fingerprint_moves_with_templates_and_release() -> None:
    one = scene.desired(STAGING, scene.release())
    others = [
        scene.desired(STAGING, scene.release(scene.SECOND)),
        scene.desired(STAGING, scene.release(), web="Resources: {}"),
        scene.desired(LOCAL, scene.release()),
    ]
    assert len({spec_fingerprint(each) for each in (one, *others)}) == 4
    assert spec_fingerprint(one.model_copy(update={"image": "ami-2"})) == spec_fingerprint(one)


def test_recovery_ends_with_the_weights_on_blue() -> None:
    made = planned(scene.nothing())
    assert [dict(s.weights) for s in made.recovery if isinstance(s, EmptyColour)] == [{"blue": 100, "green": 0}]


def test_planning_is_fast() -> None:
    """Budget 80 ms for some 50 resources, templates parsed anew; the bound leaves room for a busy machine."""
    wanted, live = scene.desired(STAGING, scene.release(scene.SECOND)), scene.live("staging")
    best = 1.0
    for _ in range(3):
        document.cache_clear()
        start = time.perf_counter()
        plan(wanted, live, {}, ())
        best = min(best, time.perf_counter() - start)
    assert best < 0.24


def test_offline_the_bootstrap_stack_is_not_missed_beside_committed_parts() -> None:
    committed = {t.part: t.body for t in scene.templates("staging") if t.part != "bootstrap"}
    made = plan(scene.desired(STAGING, scene.release()), None, committed, ())
    assert (made.transition, made.changes, made.headline) == ("none", (), "no changes")
