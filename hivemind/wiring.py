"""The one place that names concrete classes: from settings to the ports an environment is reached through."""

from __future__ import annotations

import getpass
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hivemind.agents.hive import Hive
from hivemind.errors import UsageError
from hivemind.host.clock import SystemClock
from hivemind.host.generated import GeneratedTemplates
from hivemind.host.listing import repository_root
from hivemind.host.probe import HttpProbe
from hivemind.model.names import deployment_id
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from hivemind.agents.project import Project
    from hivemind.aws.session import Session
    from hivemind.github.runner import Runner
    from hivemind.host.bundle import SourceBundles
    from hivemind.model.event import Event
    from hivemind.model.spec import EnvironmentSpec
    from hivemind.ports import Forge, Outlooks, Store

T = TypeVar("T")
R = TypeVar("R")

LOCAL_REGION = "us-east-1"


def home() -> Path:
    """Where HiveMind keeps its state on this machine: `$HIVEMIND_HOME`, else `~/.hivemind`."""
    return Path(os.environ.get("HIVEMIND_HOME") or Path("~/.hivemind").expanduser()).absolute()


def generated(project: Project, environment: str) -> GeneratedTemplates:
    """The committed templates of a deployment, at the top of the repository or beside the spec."""
    return GeneratedTemplates(top(project.file), project.spec.name, environment)


@contextmanager
def checkout(project: Project, version: str) -> Iterator[Path]:
    """The project's spec file as that version of its repository has it, with all that it speaks of beside it."""
    from hivemind.host.checkout import checkout

    top = repository_root(project.file.parent)
    if top is None:
        raise UsageError(
            f"there is no version `{version}`: the application is in no repository",
            where=str(project.file),
            hint="Leave --version out to release the folder as it is.",
        )
    with checkout(top, version) as folder:
        file = folder / project.file.resolve().relative_to(top)
        if not file.exists():
            raise UsageError(
                f"version `{version}` has no {file.relative_to(folder)}",
                where=str(top),
                hint="Name a version that describes its deployment.",
            )
        yield file


def write_lock(file: Path, text: str) -> bool:
    """Write a project's lock; whether it was not current."""
    from hivemind.host.lock_file import write

    return write(file, text)


def bundles(project: Project, extra: Mapping[str, str], migrates: tuple[str, ...]) -> SourceBundles:
    """The project's source bundles, cached on this machine."""
    from hivemind.host.bundle import SourceBundles

    return SourceBundles(project.root, home() / "bundles", extra=extra, migrates=migrates)


def outlooks() -> Outlooks:
    """What plans came to before, on this machine."""
    from hivemind.host.outlooks import KeptOutlooks

    return KeptOutlooks(home() / "outlooks")


def made_of(project: Project) -> str:
    """A digest of the application's files and of this program: what a plan is made of beside spec and lock."""
    from hivemind.host.contents import contents, program

    return f"{program()} {contents(project.root)}"


def spread(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """What `work` makes of each item, in order, over all processors."""
    from hivemind.host.spread import spread

    return spread(work, items)


def store(name: str, environment: EnvironmentSpec) -> Store:
    """What is remembered of a deployment: on this machine of a local one, in its team's bucket of every other."""
    return _local_store(name) if environment.is_local else _shared_store(name, environment, _aws_session(environment))


def top(place: Path) -> Path:
    """The repository that a path lies in; its folder where it lies in none."""
    folder = place if place.is_dir() else place.parent
    return repository_root(folder) or folder


def event() -> Event:
    """What has happened in the repository whose workflow this runs in."""
    from hivemind.github.event import read_event

    return read_event(os.environ)


def runner() -> Runner:
    """The job that this runs in."""
    from hivemind.github.runner import Runner

    return Runner(os.environ)


def forge() -> Forge:
    """The repository whose workflow this runs in, on GitHub; raises UsageError where no token is given."""
    from hivemind.github.forge import GitHubForge, connect

    repository, token = os.environ.get("GITHUB_REPOSITORY", ""), os.environ.get("GITHUB_TOKEN", "")
    if not (repository and token):
        raise UsageError(
            "there is no token for GitHub",
            where="GITHUB_TOKEN",
            hint="Give the job `env: {GITHUB_TOKEN: ${{ github.token }}}`, as `hivemind ci init` writes it.",
        )
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    login = os.environ.get("HIVEMIND_LOGIN", "github-actions[bot]")
    return GitHubForge(connect(repository, token, api), login)


def hive(project: Project, environment: EnvironmentSpec, who: str = "") -> Hive:
    """Everything needed to look at and act on one environment; starts the local cloud for `local`.

    `who` acts; by default the person at this machine.
    """
    from hivemind.aws.cloud import cloud, observatory

    name = project.spec.name
    session = _local_session(environment) if environment.is_local else _aws_session(environment)
    return Hive(
        deployment=deployment_id(name, environment.name),
        observatory=observatory(session),
        cloud=cloud(session),
        store=_local_store(name) if environment.is_local else _shared_store(name, environment, session),
        probe=HttpProbe(),
        clock=SystemClock(),
        who=who or f"{getpass.getuser()}@{platform.node()}",
    )


def rest_local_cloud() -> bool:
    """Stop the local cloud if HiveMind itself started it and nothing is left in it; says whether it did."""
    from hivemind.emulator import daemon

    found = daemon.status(home())
    if not found.running or found.started_by != "hivemind" or not daemon.empty(home()):
        return False
    daemon.stop(home())
    return True


def _local_session(environment: EnvironmentSpec) -> Session:
    from hivemind.aws.session import Session
    from hivemind.emulator import daemon

    found = daemon.start(home(), runtimes=environment.emulator.runtimes, by="hivemind")
    return Session(region=LOCAL_REGION, endpoint=found.endpoint)


def _aws_session(environment: EnvironmentSpec) -> Session:
    from hivemind.aws.session import Session

    return Session(region=environment.region, endpoint=os.environ.get("AWS_ENDPOINT_URL"))


def _local_store(name: str) -> Store:
    from hivemind.state.files import FileStore

    return FileStore(home() / "deployments" / name / LOCAL)


def _shared_store(name: str, environment: EnvironmentSpec, session: Session) -> Store:
    from hivemind.aws.state_bucket import AwsStateBucket
    from hivemind.state.shared import SharedStore

    return SharedStore(AwsStateBucket(session, state_address(environment)), f"{name}/{environment.name}")


def state_address(environment: EnvironmentSpec) -> str:
    """Where an environment's state is shared: without that, two people would not know of each other."""
    if environment.state is None:
        raise UsageError(
            f"environment `{environment.name}` names no state bucket",
            hint=f"Add `state: s3://<bucket>/<prefix>` to environments.{environment.name}.",
        )
    return environment.state
