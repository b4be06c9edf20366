"""The files of a commit in a folder of their own: nothing is run, nothing of the repository touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from dulwich import porcelain

from hivemind.errors import UsageError
from hivemind.host.checkout import checkout
from hivemind.host.listing import application_files

WHO = b"A <a@example.com>"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    porcelain.init(str(folder)).close()
    for tag, text in (("v1", "one"), ("v2", "two")):
        (folder / "app.py").write_text(text)
        (folder / "run").write_text("#!/bin/sh\n")
        (folder / "run").chmod(0o755)
        porcelain.add(str(folder), [str(folder / "app.py"), str(folder / "run")])
        porcelain.commit(str(folder), message=tag.encode(), author=WHO, committer=WHO)
        porcelain.tag_create(str(folder), tag.encode())
    (folder / "app.py").write_text("three, in work")
    return folder


def test_a_tag_gives_its_files_and_the_folder_stays_as_it_was(repository: Path) -> None:
    with checkout(repository, "v1") as folder:
        assert (folder / "app.py").read_text() == "one"
        assert (folder / "run").stat().st_mode & 0o111
        listing = application_files(folder)
        assert listing.files == ("app.py", "run")
        with checkout(repository, str(listing.commit)) as again:
            assert (again / "app.py").read_text() == "one"
        with checkout(repository, str(listing.commit)[:8]) as again:
            assert (again / "app.py").read_text() == "one"
    assert not folder.exists()
    assert (repository / "app.py").read_text() == "three, in work"
    assert application_files(repository).commit != listing.commit


@pytest.mark.parametrize("version", ["nope", "", "../../etc", "v1:app.py", "0" * 40, "-x"])
def test_what_is_no_version_is_said(repository: Path, version: str) -> None:
    with pytest.raises(UsageError, match="has no version"), checkout(repository, version):
        pass


def test_no_filter_of_the_repository_runs(repository: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    (repository / ".gitattributes").write_text("*.py filter=evil\n")
    with (repository / ".git" / "config").open("a") as config:
        config.write(f'[filter "evil"]\n\tsmudge = touch {marker}\n\tprocess = touch {marker}\n')
    porcelain.add(str(repository), [str(repository / ".gitattributes")])
    porcelain.commit(str(repository), message=b"evil", author=WHO, committer=WHO)
    with checkout(repository, "HEAD") as folder:
        assert (folder / "app.py").read_text() == "two"
    assert not marker.exists()
