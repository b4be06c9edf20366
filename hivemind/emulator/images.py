"""The machine images beside Amazon Linux's: what names them, and what a machine that boots one finds.

https://wiki.debian.org/Cloud/AmazonEC2Image/Trixie,
https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/, packages.debian.org, packages.ubuntu.com
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AMAZON = "al2023"
Version = tuple[int, ...]


@dataclass(frozen=True)
class PublicImage:
    """An AMI that anyone may launch; `parameter` is the SSM public parameter whose value is its id."""

    id: str
    system: str
    name: str
    owner: str
    architecture: str
    disk: str
    parameter: str


_UBUNTU = "/aws/service/canonical/ubuntu/server/24.04/stable/current"

PUBLIC = (
    PublicImage(
        "ami-0deb1300a40000001", "debian", "debian-13-amd64-20260112-2355", "136693071363", "x86_64", "/dev/xvda",
        "/aws/service/debian/release/13/latest/amd64",
    ),
    PublicImage(
        "ami-0deb1300a40000002", "debian", "debian-13-arm64-20260112-2355", "136693071363", "arm64", "/dev/xvda",
        "/aws/service/debian/release/13/latest/arm64",
    ),
    PublicImage(
        "ami-0ab24040a40000001", "ubuntu", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260115",
        "099720109477", "x86_64", "/dev/sda1", f"{_UBUNTU}/amd64/hvm/ebs-gp3/ami-id",
    ),
    PublicImage(
        "ami-0ab24040a40000002", "ubuntu", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20260115",
        "099720109477", "arm64", "/dev/sda1", f"{_UBUNTU}/arm64/hvm/ebs-gp3/ami-id",
    ),
)  # fmt: skip

RUNTIMES: Mapping[str, Mapping[str, Version]] = {
    AMAZON: {"go": (1, 25), "rust": (1, 98)},
    "debian": {
        "python": (3, 13), "node": (20,), "go": (1, 24), "ruby": (3, 3), "php": (8, 4), "rust": (1, 85),
        "elixir": (1, 18),
    },
    "ubuntu": {
        "python": (3, 12), "node": (18,), "go": (1, 22), "ruby": (3, 2), "php": (8, 3), "rust": (1, 75),
        "elixir": (1, 14),
    },
}  # fmt: skip
"""The one version of a runtime that a system has; those that it has in several say it in their packages' names."""


PLATFORMS: Mapping[str, tuple[str, str]] = {
    AMAZON: ("Amazon Linux", "2023"),
    "debian": ("Debian GNU/Linux", "13"),
    "ubuntu": ("Ubuntu", "24.04"),
}
"""Name and version of each system, as the SSM agent reports them."""


def system_of(image_id: str) -> str:
    """`al2023`, `debian` or `ubuntu`; what is not known here is taken for Amazon Linux."""
    return next((image.system for image in PUBLIC if image.id == image_id), AMAZON)
