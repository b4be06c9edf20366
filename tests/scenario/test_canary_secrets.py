"""Thirty secrets on their way through everything, and found nowhere but where they belong: with the application.

The application proves that it got them. A second release fails on purpose, so that evidence is saved and shown. The
local cloud's own folder is left out: it stands for AWS, whose Secrets Manager keeps them.
"""

from __future__ import annotations

import gzip
import json
import subprocess
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest
from fakes.github import GitHub
from scenario.runner import Runner
from scenario.terminal import Said, Terminal, ask

pytestmark = [pytest.mark.slow, pytest.mark.proof]
BUCKET = "acme-hivemind"
REFERRED = {f"SECRET_{number}": f"canary-referred-{number}-3f9d" for number in range(14)}
"""In Secrets Manager; the spec names them."""
IGNORED = {f"LOCAL_KEY_{number}": f"canary-ignored-{number}-77ab" for number in range(6)}
"""In a `.env` that git ignores."""
SHELL = {
    name: f"canary-shell-{name.lower()}-c21e"
    for name in ("STRIPE_KEY", "DATABASE_URL", "GITHUB_TOKEN", "PGPASSWORD", "NPM_TOKEN", "SENTRY_DSN")
}
"""In the environment of whoever runs the command."""
COMMITTED = {"POSTGRES_PASSWORD": "canary-committed-0-51f0", "RABBIT_PASS": "canary-committed-1-51f0"}
"""In a file of the repository that inference reads."""
PERSON = ("-c", "user.name=a", "-c", "user.email=a@b")
SERVER = """\
import os
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOT = sha256("".join(os.environ[f"SECRET_{n}"] for n in range(14)).encode()).hexdigest()
URL = os.environ["DATABASE_URL"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{GOT} {URL.split(':')[0]}".encode())


ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
"""
SPEC = f"""\
name: vault
app:
  runtime: python@3.12
  install: ["true"]
  start: python server.py
  health: /
  env: {{{", ".join(f"{name}: {{secret: vault/{name}}}" for name in REFERRED)}}}
database: {{engine: postgres, size: small}}
environments:
  staging: {{state: s3://{BUCKET}/team, transition: {{bake: 2s}}}}
"""
COMPOSE = f"""\
services:
  db: {{image: postgres:16, environment: {{POSTGRES_PASSWORD: {COMMITTED["POSTGRES_PASSWORD"]}}}}}
  queue: {{image: rabbitmq:3, environment: {{RABBITMQ_DEFAULT_PASS: {COMMITTED["RABBIT_PASS"]}}}}}
"""


class Laden(Terminal):
    """A terminal in whose environment secrets are."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **SHELL}


def test_thirty_secrets_are_found_nowhere(
    hivemind: Terminal, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    hivemind("emulator", "start", "--runtimes", "nearest")
    cloud = Cloud(hivemind.emulator()["endpoint"])
    cloud.keep(REFERRED)
    app, person = repository(tmp_path / "vault"), Laden(tmp_path / "home", cloud.endpoint)
    said = list(everything_said(person, app, tmp_path / "plan.json"))
    url = next(each for each in said if each.last_line.startswith("URL: ")).last_line.removeprefix("URL: ")
    got = sha256("".join(REFERRED.values()).encode()).hexdigest()
    assert ask(url) == (200, f"{got} postgresql")

    (app / "server.py").write_text("raise SystemExit('this release does not start')\n")
    failed = person("apply", app, "-e", "staging", "--yes")
    assert failed.code == 1
    assert "this release does not start" in failed.out + failed.err
    said += [failed, person("status", app, "-e", "staging"), person("doctor", app, "-e", "staging", "--json")]

    places = {
        **{f"said {number}": (each.out + each.err).encode() for number, each in enumerate(said)},
        **dict(files(tmp_path / "home")),
        **dict(files(app / "generated")),
        "plan.json": (tmp_path / "plan.json").read_bytes(),
        "hivemind.lock": (app / "hivemind.lock").read_bytes(),
        **dict(pull_request(tmp_path, app, cloud.endpoint)),
        **dict(cloud.shows()),
    }
    canaries = {**REFERRED, **IGNORED, **SHELL, **COMMITTED, **cloud.generated()}
    assert len(canaries) == 30
    found = [(name, place) for place, content in places.items() for name, it in canaries.items() if it in text(content)]
    assert found == []
    for kind in (
        "comment ",
        "summary ",
        "job ",
        "state: ",
        "template ",
        "parameters ",
        "user data ",
        "logs ",
        "console ",
        "events ",
        "objects: ",
    ):
        assert any(place.startswith(kind) for place in places), kind
    record_property("proved", f"{len(canaries)} secrets, {len(places)} places, 0 found")


def repository(folder: Path) -> Path:
    folder.mkdir()
    (folder / "server.py").write_text(SERVER)
    (folder / "hivemind.yaml").write_text(SPEC)
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / ".gitignore").write_text(".env\n")
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in IGNORED.items()))
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*PERSON, "commit", "-qm", "a"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def everything_said(person: Terminal, app: Path, saved: Path) -> Iterator[Said]:
    """What each verb says of the application; none of them fails."""
    staging = ("-e", "staging")
    for words in (
        ("validate", app),
        ("infer", app),
        ("infer", app, "--json"),
        ("render", app),
        ("plan", app, *staging, "--offline", "--full"),
        ("plan", app, *staging, "--full"),
        ("plan", app, *staging, "--json"),
        ("plan", app, *staging, "--out", saved),
        ("apply", app, *staging, "--yes"),
        ("status", app, *staging, "--json"),
        ("doctor", app, *staging),
        ("plan", app, *staging, "--json"),
    ):
        said = person(*words)
        assert said.code == 0, (words, said.out + said.err)
        yield said


def pull_request(tmp_path: Path, app: Path, endpoint: str) -> Iterator[tuple[str, bytes]]:
    """What a pull request of the good release, and the merge of the bad one, say where all of the team reads it."""
    git = app / ".git"
    with GitHub(git).serving() as github:
        for words in (["checkout", "-q", "-b", "bad"], [*PERSON, "commit", "-qam", "bad"]):
            subprocess.run(["git", *words], cwd=app, check=True)
        job = Runner(github, tmp_path / "jobs", endpoint, SHELL)
        thread = github.open_pull("bad", author="dev")
        said = [job("pull_request", thread, "plan", ref="origin/bad")]
        said.append(job("push", thread, "apply", ref=github.merge(thread)))
        assert [each.code for each in said] == [0, 1], said
        yield from ((f"job {number}", (each.out + each.err).encode()) for number, each in enumerate(said))
        yield from ((f"comment {comment['id']}", comment["body"].encode()) for comment in thread.comments)
        yield "statuses", json.dumps([github.statuses, github.deployments]).encode()
        for summary in (tmp_path / "jobs").glob("*/summary.md"):
            yield f"summary {summary}", summary.read_bytes()


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), sources(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def sources(content: bytes) -> bytes:
    """A release holds what was committed, as it must; that apart, it is looked through like everything."""
    found = text(content)
    for committed in COMMITTED.values():
        found = found.replace(committed, "")
    return found.encode()


def text(content: bytes) -> str:
    """What is packed, unpacked."""
    plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return plain.decode("utf-8", "replace")


class Cloud:
    """The cloud as an operator who may read no secret sees it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client("s3").create_bucket(Bucket=BUCKET)

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, "us-east-1", endpoint_url=self.endpoint, **keys)  # type: ignore[call-overload]

    def keep(self, secrets: Mapping[str, str]) -> None:
        for name, value in secrets.items():
            self.client("secretsmanager").create_secret(Name=f"vault/{name}", SecretString=value)

    def generated(self) -> dict[str, str]:
        """The database's password, and the word that leads to a release under test."""
        manager = self.client("secretsmanager")
        (made,) = (each for each in manager.list_secrets()["SecretList"] if not each["Name"].startswith("vault/"))
        password = json.loads(manager.get_secret_value(SecretId=made["ARN"])["SecretString"])["password"]
        return {"database": password, "test token": self._token()}

    def _token(self) -> str:
        balancing = self.client("elbv2")
        (balancer,) = balancing.describe_load_balancers()["LoadBalancers"]
        (listener,) = balancing.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        for rule in balancing.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
            for condition in rule["Conditions"]:
                if condition["Field"] == "http-header":
                    return str(condition["HttpHeaderConfig"]["Values"][0])
        raise AssertionError("there is no test rule")

    def shows(self) -> Iterator[tuple[str, bytes]]:
        yield from self._stacks()
        yield from self._machines()
        yield from self._objects()
        logs = self.client("logs")
        for group in logs.describe_log_groups()["logGroups"]:
            events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
            yield f"logs {group['logGroupName']}", json.dumps([event["message"] for event in events]).encode()

    def _stacks(self) -> Iterator[tuple[str, bytes]]:
        stacks = self.client("cloudformation")
        for stack in stacks.describe_stacks()["Stacks"]:
            name = stack["StackName"]
            yield f"template {name}", stacks.get_template(StackName=name)["TemplateBody"].encode()
            yield f"parameters {name}", json.dumps([stack.get("Parameters", ()), stack.get("Outputs", ())]).encode()
            yield f"events {name}", repr(stacks.describe_stack_events(StackName=name)["StackEvents"]).encode()

    def _machines(self) -> Iterator[tuple[str, bytes]]:
        machines = self.client("ec2")
        for template in machines.describe_launch_templates()["LaunchTemplates"]:
            versions = machines.describe_launch_template_versions(LaunchTemplateId=template["LaunchTemplateId"])
            for version in versions["LaunchTemplateVersions"]:
                yield (
                    f"user data {template['LaunchTemplateName']}",
                    b64decode(version["LaunchTemplateData"]["UserData"]),
                )
        for reservation in machines.describe_instances()["Reservations"]:
            for instance in reservation["Instances"]:
                said = machines.get_console_output(InstanceId=instance["InstanceId"]).get("Output", "")
                yield f"console {instance['InstanceId']}", said.encode()

    def _objects(self) -> Iterator[tuple[str, bytes]]:
        """State is what the team shares; the others are bundles and built trees."""
        objects = self.client("s3")
        for bucket in objects.list_buckets()["Buckets"]:
            for each in objects.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ()):
                content = objects.get_object(Bucket=bucket["Name"], Key=each["Key"])["Body"].read()
                if bucket["Name"] == BUCKET:
                    yield f"state: {each['Key']}", content
                else:
                    yield f"objects: {each['Key']}", sources(content)
