"""The first spec of a repository: short, commented, and valid as it is.

What was inferred is shown as comments: it need not be written, and uncommenting a line is how a team overrides it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator

from hivemind.model.findings import Findings, ServiceFindings
from hivemind.spec.credentials import is_credential

SCHEMA_URL = "https://raw.githubusercontent.com/hivemind-deploy/hivemind/main/schemas/hivemind.schema.json"
"""Where editors find the published schema."""

_NAME_LENGTH = 30
_ALIGNED = 60
_PLAIN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9 /@.,_=+$-]*(?::[A-Za-z0-9/@._=+$-]+)*")

_IMAGE = ("image", "al2023", "Linux of the machines; or debian, ubuntu")
_EXAMPLE = (
    ("runtime", "python@3.12", "language and version"),
    _IMAGE,
    ("start", "gunicorn app:app", "the command that stays"),
    ("health", "/healthz", "answers 200-399 when the app can serve"),
)
_MEANINGS = {
    "kind": "reached by nobody",
    "path": "its folder",
    "runtime": "language and version",
    "install": "once per release",
    "build": "once per release",
    "start": "the command that stays",
    "migrate": "once per release, before it takes traffic",
    "port": "told by PORT, too",
    "health": "answers 200-399 when it can serve",
}

_TAIL = """
# database: {engine: postgres, size: small}   # or `none`; another engine: give its URL as a secret

environments:
  local: {}   # this machine; {emulator: {runtimes: nearest}} lets python 3.11 stand in for 3.12
  # staging:
  #   stage: stage-1          # the least that serves: one small instance, one-zone database
  #   region: us-east-1
  # production:
  #   stage: production       # survives the loss of a zone
  #   region: us-east-1
  #   instances: 2            # of each service, at least
  #   certificate: arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d   # HTTPS
  #   transition: {strategy: canary, steps: [10, 50], bake: 2m}
"""


def starter(name: str, findings: Findings | None) -> str:
    """The text of a first spec for the deployment `name`, with what was found about the repository as comments."""
    lines = [
        f"# yaml-language-server: $schema={SCHEMA_URL}",
        "# What HiveMind deploys. All but the name is inferred; uncomment what is to be otherwise.",
        f"name: {name}",
        "",
        *_comments(_application(findings)),
    ]
    return "\n".join(lines) + "\n" + _TAIL


def deployment_name(folder: str) -> str:
    """A valid deployment name made from a folder's."""
    plain = unicodedata.normalize("NFKD", folder).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not words[:1].isalpha():
        words = f"app-{words}"
    return words[:_NAME_LENGTH].strip("-")


def _comments(lines: Iterable[str]) -> Iterator[str]:
    return (f"# {line}" for line in lines)


def _application(findings: Findings | None) -> Iterator[str]:
    """The `app` or `services` that the findings amount to, as YAML lines."""
    if findings is None or not findings.services:
        yield "app:"
        yield from _aligned(_EXAMPLE, "  ")
        yield "  env: {LOG_LEVEL: info, STRIPE_KEY: {secret: my-app/stripe}}"
        return
    if len(findings.services) == 1 and findings.services[0].kind == "web":
        yield "app:   # as inferred"
        yield from _aligned((*_found(findings.services[0]), _IMAGE), "  ")
        return
    yield "services:   # as inferred"
    for service in findings.services:
        yield f"  {_scalar(service.name)}:"
        yield from _aligned(_found(service), "    ")


def _found(service: ServiceFindings) -> Iterator[tuple[str, str, str]]:
    """Key, value and meaning of everything found that a spec could say otherwise."""
    values = {
        "kind": service.kind if service.kind == "worker" else None,
        "path": service.path if service.path != "." else None,
        "runtime": f"{service.language}@{service.runtime}" if service.runtime else None,
        "install": service.install,
        "build": service.build,
        "start": service.start,
        "migrate": service.migrate,
        "port": service.port if service.kind == "web" else None,
        "health": service.health_path if service.kind == "web" else None,
    }
    for key, value in values.items():
        if value and not is_credential(str(value)):
            yield key, _value(value), _MEANINGS[key]


def _value(value: str | int | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    return _scalar(str(value))


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar on one line of printable characters, whatever the text holds."""
    escaped = (c if c.isprintable() else f"\\U{ord(c):08x}" for c in json.dumps(text, ensure_ascii=False))
    return "".join(escaped)


def _aligned(rows: Iterable[tuple[str, str, str]], indent: str) -> Iterator[str]:
    """One `key: value   # meaning` a line, the meanings under one another where lines are short enough."""
    keyed = [(f"{indent}{key}: {value}", meaning) for key, value, meaning in rows]
    width = max((len(line) for line, _ in keyed if len(line) <= _ALIGNED), default=0)
    return (f"{line.ljust(width)}   # {meaning}" for line, meaning in keyed)
