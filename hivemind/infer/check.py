"""The last gate before findings leave the room: paths stay inside, commands are one line, quotes are true."""

from __future__ import annotations

import posixpath

from hivemind.errors import InferenceError
from hivemind.infer.tree import Tree
from hivemind.model.findings import Evidence, ServiceFindings
from hivemind.model.spec import ServiceSpec


def folder_of(tree: Tree, spec: ServiceSpec) -> str:
    """The service's folder as a path of the tree; raises InferenceError when it is outside or not there."""
    folder = posixpath.normpath(spec.path)
    if posixpath.isabs(folder) or folder == ".." or folder.startswith("../"):
        raise InferenceError(
            f"the path {spec.path!r} of service {spec.name} leads outside the project",
            where=spec.path,
            hint="point it at a folder below the one that holds the spec",
        )
    if not tree.has_folder(folder):
        raise InferenceError(
            f"the folder {spec.path!r} of service {spec.name} does not exist or is empty",
            where=spec.path,
            hint="point app.path at the folder that holds the app",
        )
    return folder


def check_service(service: ServiceFindings) -> ServiceFindings:
    """The service itself; raises InferenceError when a value could not be one line of a shell or a URL."""
    commands = (*service.install, *service.build, service.start, service.migrate or "")
    values = (*commands, service.health_path, service.live_path or "", service.runtime, *service.processes.values())
    for value in values:
        if not value.isprintable():
            raise InferenceError(
                f"{value!r} of service {service.name} is not one line of text",
                where=service.path,
                hint="write every command as one line; join several with && or move them into a script",
            )
    return service


def check_evidence(tree: Tree, evidence: Evidence) -> Evidence:
    """The evidence without quotes that the repository does not hold."""
    held = tuple(quote for quote in evidence.quotes if tree.holds(quote))
    return evidence.model_copy(update={"quotes": held})
