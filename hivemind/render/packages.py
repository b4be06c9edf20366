"""The packages that bring a runtime, as Amazon Linux 2023 names them."""

from __future__ import annotations

from hivemind.errors import RenderError
from hivemind.model.findings import ServiceFindings


def packages(service: ServiceFindings) -> tuple[str, ...]:
    """What to install for a service; raises RenderError for a language that no machine of ours can run yet."""
    version = short_version(service)
    match service.language:
        case "python":
            return f"python{version}", f"python{version}-pip"
        case "node":
            return f"nodejs{version}", f"nodejs{version}-npm"
        case "static" | "shell":
            return ()
        case _:
            raise RenderError(
                f"{service.language} cannot be installed on an instance yet",
                where=service.name,
                hint="Set `runtime: python@3.12` or `runtime: node@22` where one of these can start the service.",
            )


def short_version(service: ServiceFindings) -> str:
    """The part of a version that packages are named by: `3.12` of Python, `22` of Node."""
    digits = 1 if service.language == "node" else 2
    return ".".join(service.runtime.split(".")[:digits])
