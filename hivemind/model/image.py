"""The machine images an application may run on: how AWS names each, and what each has.

All of them are x86_64, as the instances are. A release is built on the image that runs it, so all services share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ImageName = Literal["al2023", "debian", "ubuntu"]


BACKWARDS = ("go", "rust", "elixir")
"""Languages that an image has in one moving version, whose compiler builds what was written for an older one."""
FETCHES = "go"
"""The language whose toolchain fetches a newer one of itself when the code asks for it."""
ONE_NUMBER = ("node", "java")
"""Languages whose versions, as packages are named, are one number; those of all others are two."""


@dataclass(frozen=True)
class Image:
    """`parameter` is the SSM public parameter of its newest AMI, `disk` the device that the AMI boots from.

    The parameter moves, so plans record what it resolved to. `runtimes` are versions by language, oldest first. A
    mapping for another device than `disk` would add a second volume and leave the first one unencrypted.
    """

    title: str
    parameter: str
    disk: str
    runtimes: Mapping[str, tuple[str, ...]]

    def serves(self, language: str, version: str) -> bool:
        """Whether what is written for a version of a language can be built and run."""
        have, wanted = self.runtimes.get(language, ()), short_version(language, version)
        if language in BACKWARDS and have:
            return language == FETCHES or _numbers(wanted) <= _numbers(have[-1])
        return wanted in have


def short_version(language: str, version: str) -> str:
    """The part of a version that packages are named by: `3.12` of Python, `22` of Node."""
    return ".".join(version.split(".")[: 1 if language in ONE_NUMBER else 2])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


IMAGES: Mapping[ImageName, Image] = {
    "al2023": Image(
        "Amazon Linux 2023",
        "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
        "/dev/xvda",
        {
            "python": ("3.11", "3.12", "3.13", "3.14"),
            "node": ("20", "22", "24"),
            "go": ("1.25",),
            "java": ("8", "11", "17", "21", "25"),
            "ruby": ("3.2", "3.4"),
            "php": ("8.1", "8.2", "8.3", "8.4", "8.5"),
            "dotnet": ("8.0", "9.0", "10.0"),
            "rust": ("1.98",),
        },
    ),
    "debian": Image(
        "Debian 13",
        "/aws/service/debian/release/13/latest/amd64",
        "/dev/xvda",
        {
            "python": ("3.13",),
            "node": ("20",),
            "go": ("1.24",),
            "java": ("21", "25"),
            "ruby": ("3.3",),
            "php": ("8.4",),
            "rust": ("1.85",),
            "elixir": ("1.18",),
        },
    ),
    "ubuntu": Image(
        "Ubuntu 24.04",
        "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
        "/dev/sda1",
        {
            "python": ("3.12",),
            "node": ("18",),
            "go": ("1.22",),
            "java": ("8", "11", "17", "21"),
            "ruby": ("3.2",),
            "php": ("8.3",),
            "dotnet": ("8.0",),
            "rust": ("1.75",),
            "elixir": ("1.14",),
        },
    ),
}
"""Sources. Parameters: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html,
https://wiki.debian.org/Cloud/AmazonEC2Image/Trixie, https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/.
Runtimes: https://docs.aws.amazon.com/linux/al2023/ug/language-runtimes.html and its pages on Python (its 3.9 is the
system's own, not for applications), Node.js, Java, Ruby (3.2 and 3.4), PHP (8.1 to 8.5), .NET (8.0 to 10.0), Go and
Rust, whose versions move on: golang 1.25.10 in release 2023.11.20260526, rust 1.98.0 in later ones.
https://packages.debian.org/trixie and https://packages.ubuntu.com/noble: python3, nodejs, golang-go, openjdk-*-jdk,
ruby, php, dotnet-sdk-*, rustc, elixir.
"""
