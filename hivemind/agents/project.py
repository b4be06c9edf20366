"""One application as its repository describes it: the spec as written, and what Recon inferred around it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hivemind.errors import InferenceError, UsageError
from hivemind.model.findings import Findings
from hivemind.model.spec import EnvironmentSpec, Spec

if TYPE_CHECKING:
    from hivemind.infer.facts import Survey
    from hivemind.infer.lock import Pinned, Pinning

SPEC_FILE = "hivemind.yaml"


@dataclass(frozen=True)
class Project:
    """A spec with its place. `root` holds every service; the paths in `spec` are relative to it."""

    file: Path
    root: Path
    spec: Spec

    def environment(self, name: str) -> EnvironmentSpec:
        """The environment of that name; raises UsageError naming those there are."""
        try:
            return self.spec.environments[name]
        except KeyError:
            known = ", ".join(self.spec.environments)
            raise UsageError(
                f"{self.spec.name} has no environment `{name}`",
                where=str(self.file),
                hint=f"Choose one of {known} with --env, or add `{name}` under `environments:`.",
            ) from None

    @property
    def lock_file(self) -> Path:
        """Where the answers of inference are pinned: beside the spec, named like it."""
        return self.file.with_suffix(".lock")

    def pinned(self, pinning: Pinning) -> Pinned:
        """What the repository shows under the spec and the lock; raises RefusedError where the lock does not do.

        Raises InferenceError where the file is no lock; `refresh` takes one that cannot be understood for none.
        """
        from hivemind.infer.lock import parse_lock, pinned
        from hivemind.infer.tree import Tree

        lock = None
        if self.lock_file.exists():
            with suppress(*[InferenceError] if pinning == "refresh" else []):
                lock = parse_lock(self.lock_file.read_text(encoding="utf-8", errors="replace"), self.lock_file.name)
        return pinned(Tree(self.root), self.spec, lock, pinning)

    def findings(self, pinning: Pinning = "update") -> Findings:
        """What the repository needs: the spec's word first, then the lock's; raises InferenceError when it is silent.

        Raises RefusedError where the lock does not do for this way of pinning.
        """
        from hivemind.infer.infer import to_deploy
        from hivemind.infer.tree import Tree

        return to_deploy(self.pinned(pinning).survey, Tree(self.root))


def read_project(target: Path) -> Project:
    """Read the spec at `target`: a folder that holds hivemind.yaml, or a spec file of any name."""
    from hivemind.spec.load import load

    file = spec_file(target)
    if not file.exists():
        raise UsageError(
            "there is no spec here" if target.is_dir() else "there is no such file or folder",
            where=str(file),
            hint=f"Run `hivemind init {target}` to write one, or name the folder of your application."
            if target.is_dir()
            else "Name a folder that holds hivemind.yaml, or a spec file.",
        )
    spec = load(file)
    return _rooted(file, spec)


def spec_file(target: Path) -> Path:
    """Where the spec of `target` stands, or would: in the folder, or the file itself."""
    return target / SPEC_FILE if target.is_dir() else target


def proposed(file: Path, text: str) -> Project:
    """The project as it would be if its spec said this; raises SpecError where it is no spec."""
    from hivemind.spec.load import understood

    return _rooted(file, understood(text, file))


def discovered(folder: Path) -> Survey:
    """What a repository without a spec shows."""
    from hivemind.infer.discover import explore
    from hivemind.infer.tree import Tree
    from hivemind.spec.starter import deployment_name

    return explore(Tree(folder), deployment_name(folder.resolve().name))


def _rooted(file: Path, spec: Spec) -> Project:
    """A spec may stand beside its application (`path: ../app`): then the root is what holds all of its services."""
    folder = file.parent.resolve()
    places = {service.name: Path(os.path.normpath(folder / service.path)) for service in spec.services}
    if all(place.is_relative_to(folder) for place in places.values()):
        return Project(file, folder, spec)
    root = Path(os.path.commonpath([str(place) for place in places.values()]))
    services = tuple(
        service.model_copy(update={"path": places[service.name].relative_to(root).as_posix()})
        for service in spec.services
    )
    return Project(file, root, spec.model_copy(update={"services": services}))
