"""Every program that the scripts and the user data call is on the image, or is installed before."""

from __future__ import annotations

import pytest
from instance_programs import EVERYWHERE, INSTALLED, OF_IMAGE, programs
from render_cases import case, of_type, rendered, service

from hivemind.model.image import IMAGES, ImageName
from hivemind.render.release import release_files


def scripts(image: ImageName) -> str:
    """All that a machine of this image runs as root, as one text."""
    chosen = case(service(runtime=IMAGES[image].runtimes["python"][0]), image=image)
    files = release_files(chosen.spec, chosen.findings)
    parts = rendered(chosen)
    user_data = [
        template["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Sub"]
        for part in parts.values()
        for template in of_type(part, "EC2::LaunchTemplate").values()
    ]
    return "\n".join(
        [*(text for name, text in files.items() if not name.startswith(("services/", "release."))), *user_data]
    )


@pytest.mark.parametrize("image", IMAGES)
def test_every_program_is_there_or_gets_installed(image: ImageName) -> None:
    called = programs(scripts(image))
    assert called <= EVERYWHERE | OF_IMAGE[image] | INSTALLED[image]
    assert {"curl", "tar", "useradd", "systemctl", "python3", "aws"} <= called


@pytest.mark.parametrize(
    ("script", "called"),
    [
        ("jq . file", {"jq"}),
        ('x="$(unzip -l a)"', {"unzip"}),
        ("a=1 wget b && if ! xz c; then exec zstd; fi", {"wget", "xz", "zstd"}),
        ("f() {\n  ls | sort\n}\nf", {"ls", "sort"}),
        ("echo 'rsync; git' \"x; hg\" # and svn\ncat <<X\nbzr\nX\n", {"cat"}),
        ("(\n  set -e\n  main\n) 2>&1 | tee -a log", {"main", "tee"}),
    ],
)
def test_programs_are_told_from_words(script: str, called: set[str]) -> None:
    assert programs(script) == called
