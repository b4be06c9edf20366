"""The bundle is the same wherever it is made, and holds exactly the application."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from hivemind.errors import UsageError
from hivemind.host.bundle import SourceBundles
from hivemind.model.release import Release


def project(root: Path, files: dict[str, str]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return root


def bundle(root: Path, cache: Path, extra: dict[str, str] | None = None) -> tuple[Release, tuple[str, ...]]:
    bundles = SourceBundles(root, cache, extra=extra or {}, migrates=())
    release = bundles.make()
    path = bundles.path(release.digest)
    assert path is not None
    with tarfile.open(path) as tar:
        return release, tuple(tar.getnames())


def commit(root: Path) -> str:
    from dulwich import porcelain

    porcelain.init(str(root)).close()
    porcelain.add(str(root), [str(p) for p in root.rglob("*") if p.is_file() and ".git" not in p.parts])
    return os.fsdecode(porcelain.commit(str(root), message=b"m", author=b"a <a@b>", committer=b"a <a@b>"))


def test_same_files_same_digest_whatever_their_times_and_place(tmp_path: Path) -> None:
    files = {"app.py": "x = 1\n", "lib/a.py": "", "ünï.txt": "ö"}
    one, two = project(tmp_path / "one", files), project(tmp_path / "two", dict(reversed(files.items())))
    os.utime(two / "app.py", (1, 1))
    (two / "app.py").chmod(0o600)
    assert bundle(one, tmp_path / "c")[0] == bundle(two, tmp_path / "c")[0]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda r: (r / "app.py").write_text("x = 2\n"), id="content"),
        pytest.param(lambda r: (r / "app.py").chmod(0o755), id="executable"),
        pytest.param(lambda r: (r / "app.py").rename(r / "main.py"), id="name"),
        pytest.param(lambda r: (r / "new.py").write_text(""), id="another"),
    ],
)
def test_what_changes_the_application_changes_the_digest(tmp_path: Path, change: object) -> None:
    root = project(tmp_path / "p", {"app.py": "x = 1\n"})
    before = bundle(root, tmp_path / "c")[0].digest
    change(root)  # type: ignore[operator]
    assert bundle(root, tmp_path / "c")[0].digest != before


def test_what_describes_the_deployment_is_left_out(tmp_path: Path) -> None:
    root = project(
        tmp_path / "p",
        {"app.py": "", "hivemind.yaml": "", "hivemind.lock": "", "generated/x/y.yaml": "", ".hivemind/z": "",
         "node_modules/a/index.js": "", "env/pyvenv.cfg": "", "env/bin/python": "", "deep/hivemind.yaml": ""},
    )  # fmt: skip
    assert bundle(root, tmp_path / "c")[1] == ("app.py", "deep/hivemind.yaml")


def test_gitignore_counts_without_a_repository(tmp_path: Path) -> None:
    root = project(tmp_path / "p", {".gitignore": "*.log\nout/\n!keep.log\n", "a.log": "", "keep.log": "", "out/x": ""})
    assert bundle(root, tmp_path / "c")[1] == (".gitignore", "keep.log")


def test_tracked_files_stay_although_ignored_and_untracked_ones_are_named(tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"a.py": "1", "kept.log": "", "gone.py": ""})
    head = commit(root)
    project(root, {".gitignore": "*.log\n", "other.log": "", "new.py": "", "a.py": "2"})
    (root / "gone.py").unlink()
    release, names = bundle(root, tmp_path / "c")
    assert names == (".gitignore", "a.py", "kept.log", "new.py")
    assert release.commit == head
    assert release.uncommitted == (".gitignore", "a.py", "new.py")


def test_a_project_in_a_folder_of_a_repository_sees_only_its_own_files(tmp_path: Path) -> None:
    project(tmp_path / "r", {"README": "", "apps/web/app.py": "", "apps/web/b.txt": ""})
    commit(tmp_path / "r")
    project(tmp_path / "r", {".gitignore": "b.txt\n"})
    release, names = bundle(tmp_path / "r/apps/web", tmp_path / "c")
    assert names == ("app.py", "b.txt")
    assert release.uncommitted == ()


def test_a_repository_whose_configuration_names_a_program_runs_nothing(tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"a.py": ""})
    commit(root)
    trap = tmp_path / "ran"
    with (root / ".git/config").open("a") as config:
        config.write(f'[core]\n\tfsmonitor = "touch {trap}"\n[filter "x"]\n\tclean = touch {trap}\n')
    project(root, {".gitattributes": "* filter=x\n"})
    bundle(root, tmp_path / "c")
    assert not trap.exists()


def test_a_broken_repository_counts_as_none(tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"a.py": "", ".git": "gitdir: /nowhere\n"})
    release, names = bundle(root, tmp_path / "c")
    assert (release.commit, names) == (None, ("a.py",))


def test_what_hivemind_adds_is_under_its_own_folder_and_scripts_are_executable(tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"a.py": ""})
    bundles = SourceBundles(
        root, tmp_path / "c", extra={"build": "#!/bin/bash\n", "release.json": "{}"}, migrates=("web",)
    )
    release = bundles.make()
    path = bundles.path(release.digest)
    assert path is not None
    with tarfile.open(path) as tar:
        modes = {m.name: m.mode for m in tar.getmembers()}
    assert modes == {"a.py": 0o644, ".hivemind-release/build": 0o755, ".hivemind-release/release.json": 0o644}
    assert release.migrates == ("web",)


def test_links_inside_are_kept_and_links_outside_refused(tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"real/a.py": ""})
    (root / "link").symlink_to("real")
    assert bundle(root, tmp_path / "c")[1] == ("link", "real/a.py")
    (root / "out").symlink_to("../../secret")
    with pytest.raises(UsageError, match="outside the project"):
        bundle(root, tmp_path / "c")


def test_pipes_are_not_read(tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"a.py": ""})
    os.mkfifo(root / "pipe")
    assert bundle(root, tmp_path / "c")[1] == ("a.py",)
