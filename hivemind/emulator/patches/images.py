"""Debian's and Ubuntu's public images and the SSM public parameters that name them, which moto lacks.

https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hivemind.emulator.images import PUBLIC
from hivemind.emulator.seam import Seam

PUBLIC_PARAMETERS = "/aws/service/"


def install() -> None:
    """Patch moto's EC2 and SSM, of regions yet to come."""
    images, parameters = seams()
    images.wrap(_load_images)
    parameters.wrap(_load_parameters)


def seams() -> tuple[Seam, Seam]:
    """Everything this file replaces."""
    from moto.ec2.models.amis import AmiBackend
    from moto.ssm.models import ParameterDict

    return Seam(AmiBackend, "_load_amis", "self"), Seam(ParameterDict, "_check_loading_status", "self key")


def add_images(backend: Any) -> None:
    """Give a region's EC2 the images that it does not have yet, such as one remembered from before there were any."""
    from moto.ec2.models.amis import Ami

    for image in PUBLIC:
        if image.id not in backend.amis:
            backend.amis[image.id] = Ami(
                backend,
                image.id,
                name=image.name,
                owner_id=image.owner,
                public=True,
                architecture=image.architecture,
                root_device_name=image.disk,
                root_device_type="ebs",
                virtualization_type="hvm",
                hypervisor="xen",
            )


def _load_images(original: Callable[[Any], None], backend: Any) -> None:
    original(backend)
    add_images(backend)


def _load_parameters(original: Callable[..., None], parameters: Any, key: str) -> None:
    from moto.core.utils import utcnow
    from moto.ssm.models import Parameter

    original(parameters, key)
    if not str(key or "").startswith(PUBLIC_PARAMETERS):
        return
    for image in PUBLIC:
        parameter = Parameter(
            account_id=parameters.account_id,
            name=image.parameter,
            value=image.id,
            parameter_type="String",
            description=None,
            allowed_pattern=None,
            keyid=None,
            last_modified_date=utcnow(),
            version=1,
            data_type="aws:ec2:image",
        )
        dict.setdefault(parameters, image.parameter, [parameter])  # past moto's own looking up, which asks here
