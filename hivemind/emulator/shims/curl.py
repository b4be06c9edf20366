"""`curl` for a host that has none: GET, PUT and POST of a URL with headers, as instance scripts use it.

Knows -s -S -f -L -X -H -o -w '%{http_code}' -d and --max-time, alone or run together (`-sfL`). Exit codes are curl's:
2 for a usage it does not know, 7 no connection, 22 an HTTP error under -f, 28 too slow.
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

USAGE, NO_CONNECTION, HTTP_ERROR, TOO_SLOW = 2, 7, 22, 28
WITH_VALUE = {"-X": "method", "-o": "output", "-w": "write", "-d": "data", "--max-time": "seconds", "-H": "header"}
LONG = {"--silent": "-s", "--fail": "-f", "--location": "-L", "--request": "-X", "--output": "-o", "--header": "-H"}
FLAGS = frozenset("sSfL")


@dataclass
class Call:
    """What is asked for."""

    url: str = ""
    fail: bool = False
    values: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def main(arguments: list[str]) -> int:
    """Do one request."""
    call = _parse(arguments)
    if call is None or not call.url:
        print("curl: the local cloud's curl does not know this usage", file=sys.stderr)  # noqa: T201
        return USAGE
    return _perform(call)


def _parse(arguments: list[str]) -> Call | None:
    call, words = Call(), list(arguments)
    while words:
        word = words.pop(0)
        word = LONG.get(word, word)
        if word in WITH_VALUE and words:
            _set(call, WITH_VALUE[word], words.pop(0))
        elif word.startswith("-") and not word.startswith("--") and len(word) > 1:
            letters = word[1:]
            last = f"-{letters[-1]}"
            if last in WITH_VALUE and words:
                _set(call, WITH_VALUE[last], words.pop(0))
                letters = letters[:-1]
            if not set(letters) <= FLAGS:
                return None
            call.fail = call.fail or "f" in letters
        elif word.startswith("-"):
            return None
        else:
            call.url = word
    return call


def _set(call: Call, name: str, value: str) -> None:
    if name == "header":
        key, _, text = value.partition(":")
        call.headers[key.strip()] = text.strip()
    else:
        call.values[name] = value


def _perform(call: Call) -> int:
    data = call.values["data"].encode() if "data" in call.values else None
    request = urllib.request.Request(call.url, data, call.headers, method=call.values.get("method"))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({})) if "127.0.0.1" in call.url else None
    ask = opener.open if opener else urllib.request.urlopen
    status, body = 0, b""
    try:
        with ask(request, timeout=float(call.values.get("seconds", 300))) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    except TimeoutError:
        return _tell(call, 0, b"", TOO_SLOW)
    except (urllib.error.URLError, OSError):
        return _tell(call, 0, b"", NO_CONNECTION)
    if call.fail and status >= 400:
        return _tell(call, status, b"", HTTP_ERROR)
    return _tell(call, status, body, 0)


def _tell(call: Call, status: int, body: bytes, code: int) -> int:
    if "output" in call.values:
        Path(call.values["output"]).write_bytes(body)
    else:
        sys.stdout.buffer.write(body)
    if "write" in call.values:
        sys.stdout.write(call.values["write"].replace("%{http_code}", f"{status:03}"))
    sys.stdout.flush()
    return code
