"""Dockerfiles: forms of commands, stages, literals behind names, and what only looks like an instruction."""

from __future__ import annotations

import pytest

from hivemind.infer.dockerfile import load


def final(plant, text):
    return load(plant({"Dockerfile": text}), ".").final


@pytest.mark.parametrize(
    "lines, expected",
    [
        ('CMD ["node", "server.js"]', "node server.js"),
        ("CMD node server.js", "node server.js"),
        ("cmd exec node server.js", "node server.js"),
        ("CMD ['node', 'server.js']", "['node', 'server.js']"),
        ('CMD ["sh", "-c", "gunicorn app:app -b :$PORT"]', "gunicorn app:app -b :$PORT"),
        ('CMD ["/bin/bash", "-lc", "exec ./run"]', "./run"),
        ("CMD gunicorn app:app \\\n  # why\n\n  --bind :${PORT:-8000}", "gunicorn app:app    --bind :${PORT:-8000}"),
        ("ENV PORT=80 APP=main:app\nCMD uvicorn $APP --port ${PORT}", "uvicorn main:app --port ${PORT}"),
        ('ENTRYPOINT ["python"]\nCMD ["app.py", "-p", "80"]', "python app.py -p 80"),
        ('ENTRYPOINT ["/usr/bin/tini", "-g", "--"]\nCMD ["node", "x.js"]', "node x.js"),
        ('ENTRYPOINT ["dumb-init", "node", "x.js"]', "node x.js"),
        ('ENTRYPOINT ["/tini", "--"]\nCMD node x.js', "node x.js"),
        ('ENTRYPOINT ["./run"]\nCMD --all', "./run --all"),
        ('CMD ["a"]\nENTRYPOINT ["./run"]', "./run"),
        ("CMD one\nCMD two", "two"),
        ("RUN <<EOF\nCMD not this\nEOF\nCMD this", "this"),
        ('CMD ["echo", "a b"]', "echo 'a b'"),
    ],
)
def test_the_command_is_one_line_of_a_shell(plant, lines, expected):
    assert final(plant, f"FROM scratch\n{lines}\n").command.text == expected


@pytest.mark.parametrize("lines", ["CMD []", "ONBUILD CMD x", "# CMD x", "RUN echo \\\nCMD x", "CMD"])
def test_what_is_no_command(plant, lines):
    assert final(plant, f"FROM scratch\n{lines}\n").command is None


@pytest.mark.parametrize(
    "lines, expected",
    [
        ("EXPOSE 80 443/tcp 53/udp", [80, 443]),
        ("ENV PORT 3000\nEXPOSE $PORT", [3000]),
        ("ARG PORT=3000\nEXPOSE ${PORT}/tcp", [3000]),
        ("EXPOSE ${PORT:-5000}", [5000]),
        ("EXPOSE $PORT", []),
        ("EXPOSE 3000-3005", [3000]),
        ("EXPOSE 999999 http", []),
        ("expose 8080", [8080]),
    ],
)
def test_exposed_ports(plant, lines, expected):
    assert [port.number for port in final(plant, f"FROM scratch\n{lines}\n").ports] == expected


@pytest.mark.parametrize(
    "check, expected",
    [
        ("CMD curl -f http://localhost:8080/healthz || exit 1", "/healthz"),
        ("--interval=30s --timeout=3s CMD wget -qO- http://127.0.0.1:${PORT:-80}/up?x=1", "/up"),
        ("CMD curl -f http://localhost/ || exit 1", "/"),
        ("CMD curl http://localhost:3000", "/"),
        ('CMD ["curl", "-f", "http://localhost:3000/ready"]', "/ready"),
        ("CMD \\\n  curl https://[::1]:8443/live", "/live"),
        ("CMD pg_isready", None),
        ("NONE", None),
    ],
)
def test_health_checks(plant, check, expected):
    assert final(plant, f"FROM scratch\nHEALTHCHECK {check}\n").health_path == expected


def test_a_stage_has_what_the_stage_it_starts_from_set(plant):
    text = (
        "ARG NODE=22\nFROM --platform=linux/amd64 node:${NODE} AS base\nEXPOSE 3000\nCMD node x\n"
        "FROM golang:1 AS build\nEXPOSE 1\nFROM BASE AS final\nENV A=1\n"
    )
    stage = final(plant, text)
    assert (stage.image, stage.name, stage.line, stage.software) == ("node:22", "final", 7, "node")
    assert (stage.command.text, stage.command.line, stage.env) == ("node x", 4, {"A": "1"})


@pytest.mark.parametrize("text", ["", "CMD x\n", "\x00FROM a", "hello world", "FROM", "# FROM x"])
def test_what_builds_no_image(plant, text):
    assert load(plant({"Dockerfile": text}), ".") is None


def test_continuation_by_backtick(plant):
    assert final(plant, "# escape=`\nFROM a\nCMD run `\n  C:\\x").command.text == "run    C:\\x"
