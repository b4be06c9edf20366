"""The machine images an application may run on: how AWS names each, and what each has.

All of them are x86_64, as the instances are. A release is built on the image that runs it, so all services share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ImageName = Literal["al2023", "debian", "ubuntu"]


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


IMAGES: Mapping[ImageName, Image] = {
    "al2023": Image(
        "Amazon Linux 2023",
        "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
        "/dev/xvda",
        {"python": ("3.11", "3.12", "3.13", "3.14"), "node": ("20", "22", "24")},
    ),
    "debian": Image(
        "Debian 13",
        "/aws/service/debian/release/13/latest/amd64",
        "/dev/xvda",
        {"python": ("3.13",), "node": ("20",)},
    ),
    "ubuntu": Image(
        "Ubuntu 24.04",
        "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
        "/dev/sda1",
        {"python": ("3.12",), "node": ("18",)},
    ),
}
"""Sources. Parameters: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html,
https://wiki.debian.org/Cloud/AmazonEC2Image/Trixie, https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/.
Runtimes: Amazon Linux 2023 user guide, Python (its 3.9 is the system's own, not for applications) and Node.js;
https://packages.debian.org/trixie and https://packages.ubuntu.com/noble, python3 and nodejs.
"""
