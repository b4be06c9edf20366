"""The workflows of GitHub Actions by which a repository plans and applies; their texts lie beside this file.

They are written whole into the repository that uses them: what runs there, with which rights and at which versions, is
seen in its own reviews.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hivemind import __version__

NAMES = (
    "hivemind-plan.yml",
    "hivemind-comment.yml",
    "hivemind-apply.yml",
    "hivemind-command.yml",
    "hivemind-drift.yml",
)


def workflows(environments: Sequence[str], region: str, branch: str) -> Mapping[str, str]:
    """Text by file name; the environments are applied in this order, what is merged into `branch` is."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    jinja = Environment(
        loader=PackageLoader("hivemind.render", "workflows"),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    told = {"environments": environments, "region": region, "branch": branch, "version": __version__}
    return {name: jinja.get_template(f"{name}.j2").render(told).rstrip() + "\n" for name in NAMES}
