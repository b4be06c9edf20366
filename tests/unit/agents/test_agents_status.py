"""How an environment stands, on the fake cloud: told to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes.plans import DEPLOYMENT, DIGEST, NEXT_DIGEST, create_plan, destroy_plan, switch_plan
from fakes.stage import Stage
from jsonschema import Draft202012Validator
from unit.agents.test_agents_observe import ENV, hive, spec

from hivemind.agents.project import Project
from hivemind.agents.status import schema_text, status, to_json
from hivemind.cli.status import lines
from hivemind.model.live import Colour
from hivemind.model.release import KEPT
from hivemind.model.status import ColourStatus, Status

PUBLISHED = Path(__file__).parents[3] / "schemas" / "status.schema.json"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def seen(stage: Stage) -> Status:
    project = Project(Path("hivemind.yaml"), Path(), spec("web"))
    return status(project, project.environment(ENV), hive(stage))


def told(stage: Stage) -> str:
    return "\n".join(text for text, _ in lines(seen(stage)))


def colour(name: Colour, release: str | None, share: int, targets: int) -> ColourStatus:
    return ColourStatus(colour=name, release=release, share=share, healthy=targets, targets=targets)


def test_before_anything_stands(stage: Stage) -> None:
    found = seen(stage)
    assert (found.url, found.services, found.releases, found.last_run) == (None, (), (), None)
    assert "`hivemind apply` deploys it" in told(stage)
    assert "No release yet" in told(stage)


def test_what_serves_how_well_and_since_which_release(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.succeed(switch_plan())
    found = seen(stage)
    assert (found.deployment, found.stage, found.url) == (DEPLOYMENT, "stage-1", "http://shop.test")
    (web,) = found.services
    assert (web.name, web.serving) == ("web", NEXT_DIGEST)
    assert web.colours == (colour("blue", None, 0, 0), colour("green", NEXT_DIGEST, 100, 2))
    assert [(r.number, r.digest, r.serves, r.kept) for r in found.releases] == [
        (1, NEXT_DIGEST, True, True),
        (2, DIGEST, False, True),
    ]
    assert "1  bbbbbbbbbbbb  c0ffee" in told(stage)
    assert told(stage).count("← serves") == 1


def test_a_release_that_failed_is_listed_and_the_one_before_serves(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.world.faults.crash = True
    stage.fail(switch_plan())
    found = seen(stage)
    assert [(r.digest[0], r.verdict, r.serves, r.kept) for r in found.releases] == [
        ("b", "failed", False, False),
        ("a", "live", True, True),
    ]
    assert found.last_run
    assert found.last_run.ending == "failed"
    assert "hivemind resume" not in told(stage)


def test_a_release_that_was_deployed_again_serves_once(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.store.record(stage.store.records[0].model_copy(update={"plan": "another"}))
    assert [release.serves for release in seen(stage).releases] == [True, False]


def test_targets_that_are_not_well_are_counted(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.world.faults.unhealthy = True
    stage.cloud.tick()
    (blue, _) = seen(stage).services[0].colours
    assert (blue.healthy, blue.targets) == (0, 2)
    assert "0 of 2 healthy" in told(stage)


def test_a_run_that_was_cut_off_is_told_with_the_way_on(stage: Stage) -> None:
    stage.succeed(create_plan())
    started = next(entry for entry in stage.store.journal if entry.kind == "run-started")
    stage.store.journal.append(started.model_copy(update={"operation": "two", "transition": "blue_green"}))
    assert "the blue-green that ada@test began" in told(stage)
    assert "`hivemind resume` goes on with it" in told(stage)


def test_what_is_no_longer_kept_is_told_and_long_histories_fold(stage: Stage) -> None:
    stage.succeed(create_plan())
    first = stage.store.records[0]
    stage.store.records = [first.model_copy(update={"plan": f"p{n}", "digest": f"{n:064d}"}) for n in range(30)]
    found = seen(stage)
    assert [release.number for release in found.releases if release.kept] == list(range(1, KEPT + 1))
    assert "no longer kept" in told(stage)
    assert "and 10 older ones" in told(stage)
    assert len(found.releases) == 30


def test_after_a_destroy_there_is_nothing(stage: Stage) -> None:
    stage.succeed(create_plan())
    stage.succeed(destroy_plan())
    assert seen(stage).services == ()


def test_the_published_schema_is_current_and_a_status_satisfies_it(stage: Stage) -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "run `make write`"
    schema = json.loads(schema_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    stage.succeed(create_plan())
    for _ in range(2):
        document = json.loads(to_json(seen(stage)))
        assert not list(validator.iter_errors(document))
        assert list(validator.iter_errors({**document, "extra": 1}))
        assert list(validator.iter_errors({**document, "stage": "moon"}))
        stage.succeed(destroy_plan())
