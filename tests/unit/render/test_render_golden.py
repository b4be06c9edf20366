"""Three deployments as they are rendered, to the byte; `--update` rewrites them for review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from render_cases import CASES

from hivemind.model.template import Template
from hivemind.render.bootstrap import bootstrap
from hivemind.render.environment import render

GOLDEN = Path(__file__).parents[2] / "golden" / "render"

Compare = Callable[[str, tuple[Template, ...]], None]


@pytest.fixture
def compare(request: pytest.FixtureRequest) -> Compare:
    """Compare templates with those of a golden folder, which holds no others."""

    def compared(name: str, templates: tuple[Template, ...]) -> None:
        folder = GOLDEN / name
        if request.config.getoption("--update"):
            folder.mkdir(parents=True, exist_ok=True)
            for template in templates:
                (folder / f"{template.part}.yaml").write_text(template.body, encoding="utf-8")
        expected = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
        assert {template.part: template.body for template in templates} == expected

    return compared


@pytest.mark.parametrize("name", ["local", "production-https", "web-and-worker"])
def test_a_deployment_is_rendered_as_it_was(name: str, compare: Compare) -> None:
    compare(name, render(*CASES[name]))


def test_the_bootstrap_stack_is_rendered_as_it_was(compare: Compare) -> None:
    template = bootstrap()
    assert (template.part, template.stack) == ("bootstrap", "hivemind-bootstrap")
    compare("bootstrap", (template,))
