"""Two people at two machines and one environment: what they know of it is in their team's bucket, and nowhere else."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import boto3
import pytest
from scenario import tiny_app
from scenario.terminal import Said, Terminal, ask

from hivemind.state.shared_lease import BEATS, LASTS

pytestmark = [pytest.mark.slow, pytest.mark.proof]
BUCKET = "acme-hivemind"
ENVIRONMENT = f"  staging: {{state: s3://{BUCKET}/team, transition: {{bake: 2s}}}}\n"
STAGING = ("-e", "staging")


@pytest.fixture
def people(hivemind: Terminal) -> tuple[Terminal, Terminal]:
    """Ada and Bob, each with a home that knows nothing, and the same cloud."""
    hivemind("emulator", "start", "--runtimes", "nearest")
    endpoint = hivemind.emulator()["endpoint"]
    ada, bob = (Terminal(hivemind.home / name, endpoint) for name in ("ada", "bob"))
    return ada, bob


def written(folder: Path, body: str) -> Path:
    app = tiny_app.write(folder, body=body)
    spec = app / "hivemind.yaml"
    spec.write_text(spec.read_text() + ENVIRONMENT)
    return app


def test_one_deploys_the_other_goes_on_and_nobody_acts_on_what_another_holds(
    people: tuple[Terminal, Terminal], tmp_path: Path
) -> None:
    ada, bob = people
    first, second = written(tmp_path / "ada", "one"), written(tmp_path / "bob", "two")

    said = ada("apply", first, *STAGING, "--yes")
    assert (said.code, "hivemind bootstrap -e ENV" in said.err) == (1, True), said.out + said.err
    for ends in ("ready.", "ready already, nothing changed."):
        said = ada("bootstrap", first, *STAGING, "--yes")
        assert (said.code, said.last_line) == (0, f"hivemind-state-{BUCKET}: {ends}"), said.out + said.err
    said = ada("apply", first, *STAGING, "--yes")
    assert said.code == 0, said.out + said.err
    url = said.last_line.removeprefix("URL: ")
    assert ask(url) == (200, "one")
    seen = json.loads(bob("status", second, *STAGING, "--json").out)
    assert [release["verdict"] for release in seen["releases"]] == ["live"]

    killed = bob.stopped(signal.SIGKILL, "… 3/", "apply", second, *STAGING, "--yes")
    killed_at = time.monotonic()
    assert killed.code == -signal.SIGKILL
    refused = ada("resume", first, *STAGING)
    assert refused.code == 4, refused.out + refused.err
    assert "holds this deployment since" in refused.err
    assert "this frees itself in" in refused.err
    assert ask(url) == (200, "one")

    missing = ada("status", nowhere(tmp_path), *STAGING)
    assert missing.code == 1
    assert "The specified bucket does not exist" in missing.err

    assert taken_over(ada, "resume", first, *STAGING).code == 0
    assert time.monotonic() - killed_at > LASTS - LASTS / BEATS
    assert ask(url) == (200, "two")
    journal = objects(ada.endpoint, "team/tiny/staging/0001/journal/")
    assert ada("destroy", first, *STAGING, "--yes").code == 0
    assert objects(ada.endpoint, "team/tiny/staging/0001/journal/") == journal
    assert json.loads(bob("status", second, *STAGING, "--json").out)["releases"] == []


def taken_over(terminal: Terminal, *arguments: str | Path) -> Said:
    """A verb, asked for again until a dead run's lease is over."""
    begun = time.monotonic()
    while (said := terminal(*arguments)).code == 4 and time.monotonic() - begun < 2 * LASTS:
        assert "holds this deployment since" in said.err
    return said


def objects(endpoint: str, prefix: str) -> list[str]:
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    found = boto3.client("s3", "us-east-1", endpoint_url=endpoint, **keys).list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [each["Key"] for each in found.get("Contents", [])]


def nowhere(folder: Path) -> Path:
    """The application of a team whose bucket is gone: fails closed."""
    app = written(folder / "nowhere", "three")
    spec = app / "hivemind.yaml"
    spec.write_text(spec.read_text().replace(BUCKET, "gone-hivemind"))
    return app
