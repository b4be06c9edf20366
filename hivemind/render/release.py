"""What HiveMind adds to the application's files in a release, under `.hivemind-release/`.

The scripts that build and start it, `image.sh` for what its image does in a way of its own, and per service what they
are told: `<service>.sh` (assignments the scripts source), `<service>.env` (the plain environment) and
`<service>.secrets` (`KEY=name of a secret`, never a value). `release.json` says the same for programs. All of it is
part of the bundle and so of its digest: a changed command or variable is a release; a changed number of instances is
not.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from importlib.resources import files

from hivemind.model.findings import Findings, ServiceFindings
from hivemind.model.image import ImageName, short_version
from hivemind.model.spec import SecretRef, Spec
from hivemind.render.packages import packages

SCRIPTS = ("bootstrap", "build", "environment", "instance.sh", "start")
IMAGE_SCRIPTS: Mapping[ImageName, Mapping[str, str]] = {
    "al2023": {"image.sh": "al2023.sh"},
    "debian": {"image.sh": "debian.sh", "apt.sh": "apt.sh"},
    "ubuntu": {"image.sh": "ubuntu.sh", "apt.sh": "apt.sh"},
}
"""The one place that decides what differs between images, by file of the release."""


def release_files(spec: Spec, findings: Findings) -> Mapping[str, str]:
    """Content by path below `.hivemind-release/`; raises RenderError for a service that cannot be run."""
    scripts = files("hivemind.render") / "scripts"
    chosen = {**dict(zip(SCRIPTS, SCRIPTS, strict=True)), **IMAGE_SCRIPTS[spec.image]}
    content = {name: (scripts / script).read_text(encoding="utf-8") for name, script in chosen.items()}
    content["release.json"] = _record(spec, findings)
    for service in findings.services:
        where = f"services/{service.name}"
        content[f"{where}.sh"] = _assignments(service, spec.image)
        content[f"{where}.env"] = _lines(f"{key}={shlex.quote(value)}" for key, value in plain(service).items())
        content[f"{where}.secrets"] = _lines(f"{key}={name}" for key, name in secrets(service).items())
    return content


def plain(service: ServiceFindings) -> dict[str, str]:
    """The variables whose values are written down, sorted."""
    return {key: value for key, value in sorted(service.env.items()) if isinstance(value, str)}


def secrets(service: ServiceFindings) -> dict[str, str]:
    """The names of the secrets behind the other variables, sorted by variable."""
    return {key: value.secret for key, value in sorted(service.env.items()) if isinstance(value, SecretRef)}


def _assignments(service: ServiceFindings, image: ImageName) -> str:
    text = {
        "HM_KIND": service.kind,
        "HM_PATH": service.path,
        "HM_RUNTIME_LANGUAGE": service.language,
        "HM_RUNTIME_VERSION": short_version(service.language, service.runtime),
        "HM_START": service.start,
        "HM_MIGRATE": service.migrate or "",
        "HM_PORT": str(service.port),
        "HM_PORT_ENV": service.port_env or "",
        "HM_HEALTH": service.health_path,
    }
    needed = packages(service, image)
    lists = {
        "HM_PACKAGES": needed.run,
        "HM_BUILD_PACKAGES": needed.build,
        "HM_INSTALL": service.install,
        "HM_BUILD": service.build,
    }
    return _lines(
        [
            *(f"{name}={shlex.quote(value)}" for name, value in text.items()),
            *(f"{name}=({shlex.join(values)})" for name, values in lists.items()),
        ]
    )


def _record(spec: Spec, findings: Findings) -> str:
    services = {service.name: _service_record(service) for service in findings.services}
    return json.dumps({"version": 1, "name": spec.name, "services": services}, indent=2, sort_keys=True) + "\n"


def _service_record(service: ServiceFindings) -> dict[str, object]:
    kept = ("kind", "path", "language", "runtime", "install", "build", "start", "migrate", "port", "health_path")
    return service.model_dump(mode="json", include=set(kept)) | {"env": plain(service), "secrets": secrets(service)}


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
