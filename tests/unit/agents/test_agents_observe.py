"""What the Conductor sees of an environment, on the fake cloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.plans import DEPLOYMENT, DIGEST, create_plan, destroy_plan
from fakes.stage import Stage

from hivemind.agents.conductor import apply
from hivemind.agents.hive import Hive
from hivemind.agents.observe import observe
from hivemind.agents.project import Project
from hivemind.errors import RefusedError
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.plan.fingerprint import live_fingerprint

NAME, ENV = DEPLOYMENT.split(":")


def spec(*services: str) -> Spec:
    return Spec(
        name=NAME,
        services=tuple(ServiceSpec(name=name) for name in services),
        environments={ENV: EnvironmentSpec(name=ENV)},
    )


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def hive(stage: Stage) -> Hive:
    return Hive(
        deployment=DEPLOYMENT,
        observatory=stage.cloud.looking(),
        cloud=stage.cloud.acting(),
        store=stage.store,
        probe=stage.probe,
        clock=stage.clock,
        who="ada@test",
    )


def test_nothing_stands_before_the_first_create(stage: Stage) -> None:
    live = observe(spec("web"), ENV, stage.cloud.looking())
    assert (live.bootstrap, live.foundation, live.stacks, live.services) == (None, None, {}, {})


def test_the_serving_colour_is_seen_with_its_release_and_the_weights_the_listener_has(stage: Stage) -> None:
    stage.succeed(create_plan())
    live = observe(spec("web"), ENV, stage.cloud.looking())
    assert live.foundation is not None
    assert live.services["web"].releases == {"blue": DIGEST}
    assert live.services["web"].serving == "blue"


def test_a_service_that_the_spec_no_longer_names_is_found_by_its_tag(stage: Stage) -> None:
    stage.succeed(create_plan())
    live = observe(spec("other"), ENV, stage.cloud.looking())
    assert set(live.stacks) == {"web"}


def test_a_world_that_moved_since_it_was_planned_is_refused_and_left_alone(stage: Stage) -> None:
    looked = observe(spec("web"), ENV, stage.cloud.looking())
    planned = destroy_plan().model_copy(update={"live_fingerprint": live_fingerprint(looked)})
    stage.succeed(create_plan())
    entries = len(stage.store.entries())
    project = Project(Path("hivemind.yaml"), Path(), spec("web"))
    with pytest.raises(RefusedError, match="changed since it was planned"):
        list(apply(planned, project, hive(stage), stage.bundles))
    assert len(stage.store.entries()) == entries


def test_a_destroyed_deployment_starts_clean_the_next_time(stage: Stage) -> None:
    stage.succeed(create_plan())
    live = observe(spec("web"), ENV, stage.cloud.looking())
    planned = destroy_plan().model_copy(update={"live_fingerprint": live_fingerprint(live)})
    project = Project(Path("hivemind.yaml"), Path(), spec("web"))
    list(apply(planned, project, hive(stage), stage.bundles))
    assert stage.store.entries() == ()
    assert stage.store.releases() == ()
