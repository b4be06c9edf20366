"""HTTP: every AWS call goes to moto with our seams in it, `/_local/` to us; what nobody can answer is a clear 501."""

from __future__ import annotations

import io
import re
import socket
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from hivemind.emulator.cloud import LocalCloud
from hivemind.emulator.control import PREFIX
from hivemind.emulator.refusals import Refusal, refuse

READING = ("Describe", "Get", "List", "Head", "Lookup", "Simulate", "Validate")
StartResponse = Callable[..., Any]


class Application:
    """The WSGI application."""

    def __init__(self, cloud: LocalCloud) -> None:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self._cloud = cloud
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith(PREFIX):
            answer = self._cloud.control.answer(environ)
            return _send(start_response, answer.status, "application/json", answer.text.encode())
        if path.startswith("/moto-api"):
            return _refuse(start_response, refuse(environ, 404, "NotFound", "No such path."))
        reads = _only_reads(environ)
        try:
            return self._ask_moto(environ, start_response)
        finally:
            if not reads:
                self._cloud.changed()

    def _ask_moto(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        held: list[Any] = []

        def hold(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
            held[:] = [status, headers]
            return lambda _data: None

        try:
            body = self._moto(environ, hold)
        except NotImplementedError as problem:
            return _refuse(start_response, _unknown(environ, str(problem)))
        except ModuleNotFoundError:  # a service of moto whose own packages the local cloud does not need
            return _refuse(start_response, _unknown(environ, ""))
        except Exception as problem:
            traceback.print_exc()
            return _refuse(start_response, refuse(environ, 500, "InternalFailure", repr(problem)))
        status, headers = held
        # S3 answers HEAD for what is not there with an empty 404 of the same type.
        if status[:3] in ("404", "405") and _is_html(headers) and environ["REQUEST_METHOD"] != "HEAD":
            return _refuse(start_response, _unknown(environ, ""))
        start_response(status, headers)
        return body  # type: ignore[no-any-return]


def make_http_server(cloud: LocalCloud, listener: socket.socket) -> Any:
    """The threaded server on a socket that is bound already."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class QuietHandler(MotoRequestHandler):  # type: ignore[misc]
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """No line per request."""

    _let_errors_through()
    host, port = listener.getsockname()
    return make_server(
        host, port, Application(cloud), threaded=True, request_handler=QuietHandler, fd=listener.fileno()
    )


def _let_errors_through() -> None:
    """Exceptions of moto reach `_ask_moto` instead of a page and a log entry of Flask's."""
    import logging

    import flask

    flask.Flask.log_exception = lambda _self, _info: None
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


def _unknown(environ: dict[str, Any], words: str) -> Refusal:
    service = _service(environ)
    message = words or f"The local cloud does not have this call of {service or 'an unknown service'}."
    return refuse(environ, 501, "NotImplemented", message)


def _service(environ: dict[str, Any]) -> str:
    scope = str(environ.get("HTTP_AUTHORIZATION", "")).partition("Credential=")[2].split(",")[0].split("/")
    return scope[3] if len(scope) > 3 else ""


def _only_reads(environ: dict[str, Any]) -> bool:
    """Whether the call certainly changes nothing, so that nothing need be saved after it."""
    action = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2] or _form_action(environ)
    return action.startswith(READING) if action else environ["REQUEST_METHOD"] in ("GET", "HEAD")


def _form_action(environ: dict[str, Any]) -> str:
    """The Action of a query call; its body is put back for moto to read."""
    if not str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded"):
        return ""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    found = re.search(rb"(?:^|&)Action=(\w+)", body)
    return found[1].decode() if found else ""


def _is_html(headers: Iterable[tuple[str, str]]) -> bool:
    return any(name.lower() == "content-type" and value.startswith("text/html") for name, value in headers)


def _send(start_response: StartResponse, status: int, kind: str, body: bytes) -> list[bytes]:
    start_response(Refusal(status, kind, body).line, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def _refuse(start_response: StartResponse, refusal: Refusal) -> list[bytes]:
    return _send(start_response, refusal.status, refusal.content_type, refusal.body)
