"""Who answers for a PHP app.

PHP needs a server beside it, and the usual ones are configured by files of their own: nginx with php-fpm, Apache. What
starts with nothing but PHP is its built-in server, here with several workers. It was made for development, so it is
named as a likely answer, and a question says what would be better. Octane and other servers written in PHP need no such
compromise.
"""

from __future__ import annotations

from hivemind.infer.facts import Fact, fact, question
from hivemind.model.findings import Question, Quote

PORT = 8000
WORKERS = {"PHP_CLI_SERVER_WORKERS": "4"}
"""Requests that PHP's built-in server answers at a time."""


def built_in(docroot: str, router: str = "") -> str:
    """PHP's own server for a document root, with a script for whatever is no file."""
    return " ".join(filter(None, ("php -S 0.0.0.0:$PORT", f"-t {docroot}" if docroot != "." else "", router)))


def served(command: str, why: str, *quotes: Quote, port: int = PORT) -> dict[str, Fact]:
    """The facts of an app behind PHP's built-in server."""
    reason = f"{why}; PHP's built-in server needs nothing beside PHP, but is made for development"
    return {
        "start": fact(command, reason, *quotes, confidence="likely"),
        "port": fact(port, "its development server listens on it", *quotes, confidence="likely"),
    }


def for_development(command: str, docroot: str) -> Question:
    """What is asked wherever the built-in server is the answer."""
    place = "the folder" if docroot == "." else docroot
    why = (
        f"`{command}` runs PHP's built-in server, which is made for development; "
        f"set app.start to what serves {place} in production: FrankenPHP, or nginx with php-fpm"
    )
    return question("start", why, command, f"frankenphp php-server --listen :$PORT --root {docroot}")
