"""`/_local/...`: what is not AWS. Status, the metadata service, and what the shims inside instances ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.instances.metadata import Answer, MetadataService, Request

PREFIX = "/_local/"
MAX_BODY = 1 << 20


@dataclass(frozen=True)
class Doors:
    """What the paths lead to."""

    status: Callable[[], Mapping[str, Any]]
    instance: Callable[[str], Any]
    """The instance of an id, None when there is none."""
    shut_down: Callable[[Any, str], None]
    """`halt` or `reboot` an instance from inside."""
    ship: Callable[[Any, Sequence[Mapping[str, str]]], None]


class Control:
    """Answers one request at a time; only callers on this machine that are no web page."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._metadata = MetadataService()

    def answer(self, environ: Mapping[str, Any]) -> Answer:
        """The answer to a WSGI request whose path begins with `/_local/`."""
        host = str(environ.get("HTTP_HOST", "")).rpartition(":")[0] or str(environ.get("HTTP_HOST", ""))
        if host not in ("127.0.0.1", "localhost") or environ.get("HTTP_ORIGIN"):
            return Answer(403, "only for programs on this machine")
        match str(environ["PATH_INFO"]).removeprefix(PREFIX).split("/", 2):
            case ["status"]:
                return Answer(200, json.dumps(self._doors.status()))
            case ["imds", instance_id, path]:
                return self._imds(instance_id, path, environ)
            case ["instances", instance_id, what] if environ["REQUEST_METHOD"] == "POST":
                return self._inside(instance_id, what, environ)
        return Answer(404, "no such path")

    def _imds(self, instance_id: str, path: str, environ: Mapping[str, Any]) -> Answer:
        instance = self._doors.instance(instance_id)
        if instance is None:
            return Answer(404, "no such instance")
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        return self._metadata.answer(instance, Request(str(environ["REQUEST_METHOD"]), path, headers))

    def _inside(self, instance_id: str, what: str, environ: Mapping[str, Any]) -> Answer:
        instance = self._doors.instance(instance_id)
        if instance is None:
            return Answer(404, "no such instance")
        length = min(int(environ.get("CONTENT_LENGTH") or 0), MAX_BODY)
        body = json.loads(environ["wsgi.input"].read(length) or b"{}")
        match what:
            case "shutdown":
                self._doors.shut_down(instance, str(body.get("action", "halt")))
            case "logs":
                self._doors.ship(instance, body["collect_list"])
            case _:
                return Answer(404, "no such path")
        return Answer(200, "{}")
