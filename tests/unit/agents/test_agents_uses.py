"""What one deployment takes of another: looked up where it stands, and an order for the two."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.cloud import FakeCloud

from hivemind.agents.project import Project, read_project
from hivemind.agents.stack import bring_about
from hivemind.agents.uses import in_order, supplied, used
from hivemind.errors import RefusedError, SpecError, UsageError
from hivemind.model.template import StackInput
from hivemind.ports import StackReader

SPEC = "name: {name}\napp: {{uses: {{{uses}}}}}\nenvironments: {{staging: {{}}}}\n"


def spec(folder: Path, name: str, **uses: str) -> Path:
    place = folder / name
    place.mkdir(parents=True)
    file = place / "hivemind.yaml"
    file.write_text(SPEC.format(name=name, uses=", ".join(f"{key}: {told}" for key, told in uses.items())))
    return file


def project(folder: Path, **uses: str) -> Project:
    return read_project(spec(folder, "shop", **uses))


@pytest.fixture
def stacks() -> StackReader:
    """`api:staging` stands with an address."""
    cloud = FakeCloud()
    made = cloud.acting().stacks
    body = {
        "Resources": {"Logs": {"Type": "AWS::Logs::LogGroup"}},
        "Outputs": {"Url": {"Value": "http://api.example.com"}},
    }
    for name in ("api-staging-foundation", "api-staging-web"):
        bring_about(StackInput(name=name, body=json.dumps(body)), made, FakeClock(cloud.tick))
    return made


def test_the_value_is_looked_up_in_the_environment_of_the_same_name(tmp_path: Path, stacks: StackReader) -> None:
    shop = project(tmp_path, API_URL="api/Url", WEB="api/web.Url")
    (service,) = supplied(shop, shop.environment("staging"), stacks).spec.services
    assert service.env == {"API_URL": "http://api.example.com", "WEB": "http://api.example.com"}
    assert used(shop) == {"api"}


def test_without_a_look_it_is_told_by_name(tmp_path: Path) -> None:
    shop = project(tmp_path, API_URL="api/Url")
    (service,) = supplied(shop, shop.environment("staging"), None).spec.services
    assert service.env == {"API_URL": "(api/Url)"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("api/Nothing", "api:staging has no output `Nothing`$"),
        ("api/worker.Url", "api:staging has no output `worker.Url`: it does not stand"),
        ("else/Url", "else:staging has no output `Url`: it does not stand"),
    ],
)
def test_what_is_not_there_is_told_with_what_to_do(tmp_path: Path, stacks: StackReader, told: str, words: str) -> None:
    shop = project(tmp_path, API_URL=told)
    with pytest.raises(RefusedError, match=words) as caught:
        supplied(shop, shop.environment("staging"), stacks)
    assert "first" in caught.value.hint


def test_each_comes_after_those_it_uses(tmp_path: Path) -> None:
    last = spec(tmp_path, "a", B="b/Url", D="d/Url")
    middle = spec(tmp_path, "b", C="c/web.Url")
    first = spec(tmp_path, "c", ELSE="elsewhere/Url")
    broken = tmp_path / "broken.yaml"
    broken.write_text(": :")
    found = in_order([last, middle, first, broken])
    assert set(found) == {last, middle, first, broken}
    assert found.index(first) < found.index(middle) < found.index(last)


def test_a_circle_is_a_mistake_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="use each other in a circle"):
        in_order([spec(tmp_path, "a", B="b/Url"), spec(tmp_path, "b", A="a/Url")])


@pytest.mark.parametrize("told", ["api", "api/", "/Url", "Api/Url", "api/Url/x", "api/Url;x", "api/web.worker.Url"])
def test_what_is_no_output_is_a_mistake_of_the_spec(tmp_path: Path, told: str) -> None:
    with pytest.raises(SpecError, match=f"cannot be `{re.escape(told)}`") as caught:
        project(tmp_path, API_URL=told)
    assert "a deployment and one of its outputs, for example `api/Url`" in caught.value.hint


def test_a_variable_has_one_value(tmp_path: Path) -> None:
    file = spec(tmp_path, "shop", API_URL="api/Url")
    file.write_text(file.read_text().replace("app: {", "app: {env: {API_URL: x}, "))
    with pytest.raises(SpecError, match="`API_URL` is said in `env` and in `uses`"):
        read_project(file)
