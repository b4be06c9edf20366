"""The packages that bring a runtime, as each image names them."""

from __future__ import annotations

from hivemind.errors import RenderError
from hivemind.model.findings import ServiceFindings
from hivemind.model.image import IMAGES, ImageName


def packages(service: ServiceFindings, image: ImageName) -> tuple[str, ...]:
    """What to install for a service; raises RenderError for a runtime that the image does not have."""
    version = short_version(service)
    match service.language, image:
        case "python", "al2023":
            return f"python{version}", f"python{version}-pip"
        case "node", "al2023":
            return f"nodejs{version}", f"nodejs{version}-npm"
        case "python", "debian" | "ubuntu":
            _require(service, image)
            return f"python{version}", f"python{version}-venv"
        case "node", "debian" | "ubuntu":
            _require(service, image)
            return "nodejs", "npm"
        case "static" | "shell", _:
            return ()
        case _:
            raise RenderError(
                f"{service.language} cannot be installed on an instance yet",
                where=service.name,
                hint="Set `runtime: python@3.12` or `runtime: node@22` where one of these can start the service.",
            )


def _require(service: ServiceFindings, image: ImageName) -> None:
    """A package without a version in its name brings whatever the image has."""
    have = IMAGES[image].runtimes[service.language]
    if short_version(service) not in have:
        raise RenderError(
            f"{IMAGES[image].title} has no {service.language} {service.runtime}",
            where=service.name,
            hint=f"Set `runtime: {service.language}@{have[-1]}`, or `image: al2023`, which has other versions.",
        )


def short_version(service: ServiceFindings) -> str:
    """The part of a version that packages are named by: `3.12` of Python, `22` of Node."""
    digits = 1 if service.language == "node" else 2
    return ".".join(service.runtime.split(".")[:digits])
