"""The scripts of a release, run for real: user data, build and bootstrap on a toy application and a toy cloud."""

from __future__ import annotations

import hashlib
import re
import tarfile
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from instance_cloud import Cloud, Metadata, web
from render_cases import case, worker

from hivemind.model.findings import StoreNeed
from hivemind.model.spec import SecretRef

pytestmark = pytest.mark.slow


@pytest.fixture
def imds() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def cloud(tmp_path: Path, imds: str, request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """A toy cloud for one web service, or for the services given by indirect parametrization."""
    made = Cloud(tmp_path, imds, case(*getattr(request, "param", (web(),))))
    yield made
    made.close()


def test_a_release_is_built_migrated_and_serves_from_another_root(cloud: Cloud) -> None:
    built = cloud.build()
    assert built.returncode == 0, built.stdout + built.stderr
    assert cloud.calls("shutdown") == ["-h +60", "-h now"]
    tree = cloud.prefix / f"built/{cloud.release}.tar.gz"
    assert cloud.json(f"built/{cloud.release}.json") == {
        "checksum": hashlib.sha256(tree.read_bytes()).hexdigest(),
        "instance": "i-0123",
    }
    with tarfile.open(tree) as archive:
        entry = archive.extractfile("./built.txt")
        assert entry is not None
        assert entry.read() == b"level a b\n"
    assert cloud.json(f"migrations/{cloud.release}.result") == {"exit": 0, "instance": "i-0123"}
    migrated = cloud.folder / "builder/opt/hivemind/app/migrated"
    assert migrated.read_text() == "postgresql://app:p%2Fw%20d@db:5432/app"

    started = cloud.start()
    assert started.returncode == 0, started.stdout + started.stderr
    (signalled,) = cloud.calls("cfn-signal")
    assert signalled == "-e 0 --stack guestbook-local-web --resource BlueGroup --region us-east-1"
    root = cloud.folder / "app"
    tool = (root / "opt/hivemind/app/.venv/bin/activate").read_text()
    assert str(root) in tool
    assert "builder" not in tool
    assert (root / "var/log/hivemind/web.log").read_text().startswith("starting postgresql prefer\n")
    assert "sk'1" not in started.stdout + built.stdout


@pytest.mark.proof
def test_secrets_lie_in_one_private_file_of_the_running_system(cloud: Cloud) -> None:
    cloud.build()
    cloud.start()
    root = cloud.folder / "app"
    file = root / "run/hivemind/web.env"
    assert file.stat().st_mode & 0o777 == 0o600
    holders = [
        path for path in root.rglob("*") if path.is_file() and not path.is_symlink() and b"p%2Fw" in path.read_bytes()
    ]
    assert holders == [file]


def test_a_second_builder_does_nothing(cloud: Cloud) -> None:
    cloud.build()
    before = {path: path.read_bytes() for path in cloud.prefix.rglob("*") if path.is_file()}
    again = cloud.build("builder-2")
    assert again.returncode == 0, again.stdout
    assert "built already" in again.stdout
    assert "ran before" in again.stdout
    assert {path: path.read_bytes() for path in cloud.prefix.rglob("*") if path.is_file()} == before


@pytest.mark.proof
@pytest.mark.parametrize("cloud", [(web(migrate=None),)], indirect=True)
def test_without_a_migration_a_second_builder_does_not_even_install(cloud: Cloud) -> None:
    cloud.build()
    assert not (cloud.prefix / "migrations").exists()
    installed = cloud.calls("dnf")
    assert cloud.build("builder-2").returncode == 0
    assert cloud.calls("dnf") == installed


@pytest.mark.proof
def test_a_tree_published_without_its_record_is_taken_as_it_is(cloud: Cloud) -> None:
    cloud.build()
    tree, record = cloud.prefix / f"built/{cloud.release}.tar.gz", cloud.prefix / f"built/{cloud.release}.json"
    before = tree.read_bytes(), record.read_bytes()
    record.unlink()
    assert cloud.build("builder-2").returncode == 0
    assert (tree.read_bytes(), record.read_bytes()) == before


@pytest.mark.parametrize("cloud", [(web(migrate=".venv/bin/tool migrate.py"),)], indirect=True)
def test_a_builder_that_died_before_the_migration_is_followed_by_one_that_only_migrates(cloud: Cloud) -> None:
    cloud.build()
    tree = (cloud.prefix / f"built/{cloud.release}.tar.gz").read_bytes()
    for path in (cloud.prefix / "migrations").iterdir():
        path.unlink()
    (cloud.folder / "builder").rename(cloud.folder / "gone")
    again = cloud.build("builder-2")
    assert again.returncode == 0, again.stdout
    assert "== build" not in again.stdout
    assert (cloud.prefix / f"built/{cloud.release}.tar.gz").read_bytes() == tree
    assert (cloud.folder / "builder-2/opt/hivemind/app/migrated").exists()


def test_a_claim_without_a_result_stops_with_a_record(cloud: Cloud) -> None:
    claim = cloud.prefix / f"migrations/{cloud.release}"
    claim.parent.mkdir()
    claim.write_text('{"instance": "i-other"}')
    built = cloud.build()
    assert built.returncode == 1
    failure = cloud.json(f"failures/{cloud.release}/i-0123.json")
    assert (failure["phase"], failure["exit"]) == ("migrate", 1)
    assert "begun before and never ended" in failure["log"]
    assert not (cloud.folder / "builder/opt/hivemind/app/migrated").exists()
    assert cloud.calls("shutdown")[-1] == "-h now"


@pytest.mark.parametrize("cloud", [(web(migrate="echo the table is locked; exit 3"),)], indirect=True)
def test_a_failed_migration_is_recorded_and_never_tried_again(cloud: Cloud) -> None:
    assert cloud.build().returncode == 3
    assert cloud.json(f"migrations/{cloud.release}.result") == {"exit": 3, "instance": "i-0123"}
    failure = cloud.json(f"failures/{cloud.release}/i-0123.json")
    assert (failure["phase"], failure["exit"]) == ("migrate", 3)
    assert "the table is locked" in failure["log"]
    again = cloud.build("builder-2")
    assert again.returncode == 1
    assert "ended with exit code 3" in again.stdout
    assert again.stdout.count("the table is locked") == 0


@pytest.mark.proof
@pytest.mark.parametrize(
    ("cloud", "phase", "said"),
    [
        ((web(install=("echo no such package for this venv; exit 7",)),), "install", "no such package"),
        ((web(build=("true", "echo 'type error in app.ts'; false")),), "build", "type error"),
        ((web(build=("missing-program | cat",)),), "build", "missing-program"),
        ((web(language="node", runtime="24"),), "install", "No match for argument: nodejs24"),
        ((web(env={"STRIPE_KEY": SecretRef(secret="absent")}),), "migrate", "no such secret"),
    ],
    indirect=["cloud"],
)
def test_a_failed_build_says_where_and_why(cloud: Cloud, phase: str, said: str) -> None:
    built = cloud.build()
    assert built.returncode != 0
    failure = cloud.json(f"failures/{cloud.release}/i-0123.json")
    assert failure["phase"] == phase
    assert said in failure["log"]
    assert (cloud.prefix / f"built/{cloud.release}.json").exists() is (phase == "migrate")
    assert cloud.calls("shutdown")[-1] == "-h now"


def test_a_damaged_bundle_is_not_built(cloud: Cloud) -> None:
    cloud.bundle.write_bytes(b"something else")
    cloud.build()
    assert cloud.json(f"failures/{cloud.release}/i-0123.json")["phase"] == "fetch"
    assert not (cloud.prefix / "built").exists()
    assert cloud.calls("shutdown")[-1] == "-h now"


def test_a_damaged_tree_is_not_started(cloud: Cloud) -> None:
    cloud.build()
    started = cloud.start(checksum="0" * 64)
    assert started.returncode == 0
    (signalled,) = cloud.calls("cfn-signal")
    assert signalled.startswith("-e 1 --stack guestbook-local-web --resource BlueGroup")
    assert "missing or damaged" in signalled
    assert not (cloud.folder / "app/opt/hivemind/app/server.py").exists()


@pytest.mark.parametrize("cloud", [(web(start="echo cannot import app; exit 1"),)], indirect=True)
def test_an_application_that_crashes_at_its_start_is_told_with_its_last_words(cloud: Cloud) -> None:
    cloud.build()
    started = cloud.start()
    assert started.returncode == 1
    assert "cannot import app" in started.stdout
    (signalled,) = cloud.calls("cfn-signal")
    assert re.match(r"-e 1 .* --reason the application crashed \d times at its start", signalled)


def test_a_missing_secret_is_told_like_a_crash(cloud: Cloud) -> None:
    cloud.build()
    (cloud.folder / "secrets" / "stripe").unlink()
    started = cloud.start()
    assert started.returncode == 1
    assert "no such secret" in started.stdout


@pytest.mark.proof
@pytest.mark.parametrize(
    "cloud", [(web(env={"STATUS": "500", "STRIPE_KEY": SecretRef(secret="stripe")}),)], indirect=True
)
def test_an_application_that_never_gets_healthy_is_given_up(cloud: Cloud) -> None:
    cloud.build()
    started = cloud.start(HM_START_SECONDS="3")
    assert started.returncode == 1
    assert "--reason /healthz answers 500 after 3 s" in cloud.calls("cfn-signal")[0]


@pytest.mark.proof
@pytest.mark.parametrize("cloud", [(web(start="sleep 30"),)], indirect=True)
def test_an_application_that_listens_nowhere_is_given_up(cloud: Cloud) -> None:
    cloud.build()
    assert cloud.start(HM_START_SECONDS="2", INSTANCE_PORT="1").returncode == 1
    assert "--reason nothing answers on port 1 after 2 s" in cloud.calls("cfn-signal")[0]


APT = "-qq -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=5"


def test_debian_installs_by_apt_and_signals_by_the_command_line(tmp_path: Path, imds: str) -> None:
    crashing = web(language="shell", start="python3 server.py", install=(), migrate=None, env={}, database=StoreNeed())
    cloud = Cloud(tmp_path, imds, case(crashing, image="debian"))
    built = cloud.build()
    assert built.returncode == 0, built.stdout + built.stderr
    assert cloud.calls("apt-get")[2:4] == [f"{APT} update", f"{APT} install --no-install-recommends logrotate"]
    assert cloud.start(checksum="0" * 64).returncode == 0
    assert cloud.calls("signal-resource") == ["i-0123 FAILURE"]
    assert cloud.start().returncode == 1
    cloud.close()
    assert cloud.calls("signal-resource") == ["i-0123 FAILURE"] * 2
    assert not cloud.calls("dnf") + cloud.calls("cfn-signal")


STEADY, FALLING = "sleep 30", "echo queue refused; exit 1"


@pytest.mark.proof
@pytest.mark.parametrize(
    ("cloud", "code"),
    [((worker(language="shell", install=(), start=line, env={}),), code) for line, code in ((STEADY, 0), (FALLING, 1))],
    indirect=["cloud"],
)
def test_a_worker_serves_when_it_stays_up(cloud: Cloud, code: int) -> None:
    cloud.build()
    assert cloud.start("worker", HM_STEADY_SECONDS="2").returncode == code
    assert cloud.calls("cfn-signal")[0].startswith(f"-e {code} ")
