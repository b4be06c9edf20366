"""Which programs the scripts of a release may call: on each image they are there from the start, or get installed."""

from __future__ import annotations

import re
from collections.abc import Iterator

EVERYWHERE = frozenset({
    "bash", "basename", "cat", "chown", "cp", "curl", "cut", "dirname", "grep", "gzip", "id", "install", "ln", "mkdir",
    "mv", "python3", "rm", "sed", "sha256sum", "shutdown", "sleep", "systemctl", "tail", "tar", "tee", "useradd",
})  # fmt: skip
"""The base system of all three; curl is asked for by Debian's user data all the same."""

OF_IMAGE = {
    "al2023": {"aws", "cfn-signal", "dnf"},
    "debian": {"apt-get", "dpkg"},
    "ubuntu": {"apt-get", "dpkg", "snap"},
}
"""What an image has beside, before anything is installed."""

INSTALLED = {
    "al2023": {"amazon-cloudwatch-agent-ctl", "npm"},
    "debian": {"amazon-cloudwatch-agent-ctl", "aws", "npm"},
    "ubuntu": {"amazon-cloudwatch-agent-ctl", "aws", "npm"},
}
"""What user data or `install_packages` brings; npm, where a command of the service calls what comes by it."""

SHELL = frozenset({
    "break", "case", "cd", "continue", "do", "done", "echo", "elif", "else", "esac", "exec", "exit", "export", "fi",
    "for", "if", "in", "local", "printf", "read", "return", "set", "shift", "source", "then", "trap", "true", "type",
    "umask", "unset", "until", "wait", "while",
})  # fmt: skip

_HERE_DOCUMENT = re.compile(r"<<-?\s*'?(\w+)'?(?P<rest>[^\n]*)\n.*?\n\1\n", re.DOTALL)
_QUOTED = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*\"""")
_COMMENT = re.compile(r"(^|\s)#[^\n]*")
_ARITHMETIC = re.compile(r"\(\([^)]*\)\)")
_BEFORE = r"(?:^|[|&;()]|(?<!\$)\{\s|\b(?:then|do|else|if|while|until|exec)\s|!\s)[ \t]*"
_ASSIGNMENTS = r"(?:\w+=(?:(?!\$\()\S)*[ \t]+)*"
_COMMAND = re.compile(rf"{_BEFORE}{_ASSIGNMENTS}([a-z][\w.-]*)(?![\w.-]*[ \t]*[=)(+])", re.MULTILINE)


def programs(script: str) -> set[str]:
    """What a shell script calls that is neither the shell's own nor a function of `script`."""
    functions = set(re.findall(r"^(\w+)\(\)", script, re.MULTILINE))
    return set(_called(script)) - SHELL - functions


def _called(script: str) -> Iterator[str]:
    text = _HERE_DOCUMENT.sub(lambda found: f"{found['rest']}\n", f"{script}\n")
    text = re.sub(r"python3 -c '[^']*'", "python3", text)
    text = _COMMENT.sub(r"\1", text.replace("\\\n", " "))
    text = _QUOTED.sub(lambda found: _substituted(found[0]), text)
    yield from _COMMAND.findall(_ARITHMETIC.sub("", text))


def _substituted(quoted: str) -> str:
    """What double quotes still run; a text within them is none."""
    return " ".join(re.findall(r"\$\([^)]*\)?", quoted) if quoted[0] == '"' else ()) or '""'
