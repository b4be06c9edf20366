"""What stands for AWS and the operating system when the scripts of a release run in a test: tiny programs on PATH.

Objects are files under `$TOY/s3`, secrets under `$TOY/secrets`; whatever else is asked is a line of `$TOY/calls`.
"""

from __future__ import annotations

AWS = """
import os, pathlib, shutil, sys

toy = pathlib.Path(os.environ["TOY"])
words = [word for word in sys.argv[1:] if word != "--only-show-errors"]
options = dict(zip(words, words[1:]))
plain = [w for i, w in enumerate(words) if not w.startswith("--") and not (i and words[i - 1].startswith("--"))]

def at(url):
    return toy / "s3" / url.removeprefix("s3://") if url.startswith("s3://") else pathlib.Path(url)

def refuse(message, code=254):
    print(message, file=sys.stderr)
    sys.exit(code)

if "--tagging" in options:
    refuse("Unknown options: --tagging", 252)
if plain[:2] == ["s3", "cp"]:
    source, target = map(at, plain[2:4])
    if not source.is_file():
        refuse("An error occurred (404) when calling the HeadObject operation: Not Found", 1)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
elif plain[:2] == ["s3api", "put-object"]:
    target = toy / "s3" / options["--bucket"] / options["--key"]
    if options.get("--if-none-match") == "*" and target.exists():
        refuse("An error occurred (PreconditionFailed) when calling the PutObject operation: it exists")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options["--body"], target)
elif plain[:2] == ["secretsmanager", "get-secret-value"]:
    secret = toy / "secrets" / options["--secret-id"]
    if not secret.is_file():
        refuse("An error occurred (ResourceNotFoundException) when calling GetSecretValue: no such secret")
    print(secret.read_text())
elif plain[:2] == ["cloudformation", "signal-resource"]:
    with open(toy / "calls", "a") as calls:
        calls.write(" ".join(["signal-resource", options["--unique-id"], options["--status"]]) + "\\n")
else:
    refuse(f"the toy has no {plain}", 252)
"""

SYSTEMCTL = """
import os, pathlib, signal, subprocess, sys

root, toy = os.environ["INSTANCE_ROOT"], pathlib.Path(os.environ["TOY"])
unit = pathlib.Path(root, "etc/systemd/system/hivemind.service")
restarts, supervisor = toy / "restarts", toy / "supervisor"

def supervise():
    os.setsid()
    supervisor.write_text(str(os.getpid()))
    lines = [line.partition("=") for line in unit.read_text().splitlines()]
    told = [(key, value) for key, _, value in lines]
    settings = dict(told)
    variables = dict(value.split("=", 1) for key, value in told if key == "Environment")
    log = open(settings["StandardOutput"].removeprefix("append:"), "ab")
    for count in range(5):
        restarts.write_text(str(count))
        for step in (settings["ExecStartPre"].lstrip("+"), settings["ExecStart"]):
            failed = subprocess.call(
                step.split(), cwd=settings["WorkingDirectory"], env={**os.environ, **variables}, stdout=log, stderr=log
            )
            if failed:
                break

match sys.argv[1:]:
    case ["daemon-reload"]:
        pass
    case ["enable", "--now", _]:
        restarts.write_text("0")
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            supervise()
            os._exit(0)
    case ["show", "-p", "NRestarts", "--value", _]:
        print(restarts.read_text())
    case ["is-active", _]:
        print("active")
    case other:
        sys.exit(f"the toy has no systemctl {other}")
"""

DNF = """
import os, pathlib, sys

for package in sys.argv[1:]:
    if package == "nodejs24":
        sys.exit("No match for argument: nodejs24")
    if package.startswith("python") and not package.endswith("-pip"):
        program = pathlib.Path(os.environ["INSTANCE_ROOT"], "usr/bin", package)
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\\nexec {sys.executable} "$@"\\n')
        program.chmod(0o755)
"""

NOTED = """
import os, sys

with open(os.path.join(os.environ["TOY"], "calls"), "a") as calls:
    calls.write(" ".join([os.path.basename(sys.argv[0]), *sys.argv[1:]]) + "\\n")
"""

SHIMS = {
    "aws": AWS,
    "systemctl": SYSTEMCTL,
    "dnf": NOTED + DNF,
    "apt-get": NOTED,
    "cfn-signal": NOTED,
    "shutdown": NOTED,
    "useradd": NOTED,
    "chown": "",
    "amazon-cloudwatch-agent-ctl": NOTED,
}
