"""Files: what cannot be read is a problem with a place, never a traceback; folders are looked at on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivemind.errors import Problem, SpecError
from hivemind.spec.load import load
from hivemind.spec.source import MAX_BYTES


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(SpecError) as caught:
        load(path)
    assert all(problem.hint for problem in caught.value.problems)
    return caught.value.problems


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "hivemind.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_file_becomes_a_spec(tmp_path: Path) -> None:
    assert load(written(tmp_path, "name: guestbook\n")).name == "guestbook"


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbfname: guestbook\n", b"name: guestbook\r\napp:\r\n  port: 8000\r\n", b"name: guestbook"],
    ids=["byte order mark", "carriage returns", "no last line break"],
)
def test_what_editors_leave_in_a_file_is_harmless(tmp_path: Path, content: bytes) -> None:
    assert load(written(tmp_path, content)).name == "guestbook"


def test_a_place_is_right_behind_a_byte_order_mark_and_carriage_returns(tmp_path: Path) -> None:
    (problem,) = refused(written(tmp_path, b"\xef\xbb\xbfname: guestbook\r\n\r\n  # \xc3\xa9\r\n\xc3\xa9: 1\r\n"))
    assert (problem.line, problem.column) == (4, 1)


def test_columns_count_characters(tmp_path: Path) -> None:
    (problem,) = refused(written(tmp_path, 'name: guestbook\napp: {start: "😀é", port: 1}\n'))
    assert (problem.line, problem.column) == (2, 26)


def test_a_missing_file(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path / "hivemind.yaml")
    assert problem.message == "there is no such file"
    assert "hivemind init" in problem.hint


def test_a_folder(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path)
    assert problem.message == "a folder, not a file"
    assert str(tmp_path / "hivemind.yaml") in problem.hint


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe")[0].message == "not an ordinary file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = written(tmp_path, "name: guestbook\n")
    path.chmod(0)
    assert refused(path)[0].message == "the file cannot be read: Permission denied"


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "hivemind.yaml/below"])
def test_a_name_no_file_can_have(tmp_path: Path, name: str) -> None:
    written(tmp_path, "name: guestbook\n")
    refused(tmp_path / name)


def test_a_binary_file(tmp_path: Path) -> None:
    assert refused(written(tmp_path, b"\x7fELF\x02\x01\x01\0\0"))[0].message == "not a text file"


def test_utf_16_is_not_utf_8(tmp_path: Path) -> None:
    refused(written(tmp_path, "name: guestbook\n".encode("utf-16")))


def test_latin_1_is_told_at_its_place(tmp_path: Path) -> None:
    (problem,) = refused(written(tmp_path, b"name: guestbook\n# caf\xe9\n"))
    assert (problem.message, problem.line, problem.column) == ("not UTF-8 from here on", 2, 6)


def test_a_large_file(tmp_path: Path) -> None:
    (problem,) = refused(written(tmp_path, b"#" * MAX_BYTES + b"\xe9"))
    assert problem.message == "the file is larger than 128 KiB"


def test_the_largest_file(tmp_path: Path) -> None:
    assert load(written(tmp_path, "name: guestbook\n".ljust(MAX_BYTES, "#"))).name == "guestbook"


class TestFolders:
    """`path` stays inside of the repository: the nearest folder upwards that holds `.git`."""

    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        (tmp_path / "repository/.git").mkdir(parents=True)
        for name in ("deploy", "apps/api"):
            (tmp_path / "repository" / name).mkdir(parents=True)
        (tmp_path / "elsewhere").mkdir()
        return tmp_path / "repository"

    def path_problem(self, folder: Path, path: str) -> str:
        (problem,) = refused(written(folder, f"name: guestbook\napp: {{path: '{path}'}}\n"))
        assert (problem.line, problem.column) == (2, 13)
        return problem.message

    def test_up_and_down_within_the_repository(self, repository: Path) -> None:
        spec = load(written(repository / "deploy", "name: guestbook\napp: {path: ../apps/api}\n"))
        assert spec.services[0].path == "../apps/api"

    def test_out_of_the_repository(self, repository: Path) -> None:
        assert "outside of the repository" in self.path_problem(repository / "deploy", "../../elsewhere")

    def test_out_by_a_link(self, repository: Path) -> None:
        (repository / "link").symlink_to(repository.parent / "elsewhere")
        assert "outside of the repository" in self.path_problem(repository, "link")

    def test_without_a_repository_the_specs_folder_is_the_limit(self, tmp_path: Path) -> None:
        (tmp_path / "deploy").mkdir()
        (tmp_path / "apps").mkdir()
        assert "outside of the repository" in self.path_problem(tmp_path / "deploy", "../apps")

    def test_a_missing_folder(self, repository: Path) -> None:
        assert self.path_problem(repository, "apps/web") == "there is no folder `apps/web`"

    def test_a_file_is_no_folder(self, repository: Path) -> None:
        (repository / "app.py").touch()
        assert self.path_problem(repository, "app.py") == "there is no folder `app.py`"

    def test_links_in_a_circle(self, repository: Path) -> None:
        (repository / "circle").symlink_to(repository / "circle")
        assert "circle" in self.path_problem(repository, "circle")

    def test_a_name_longer_than_the_disk_allows(self, repository: Path) -> None:
        assert "cannot be reached" in self.path_problem(repository, "x" * 5000)

    def test_a_relative_file(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        written(repository / "deploy", "name: guestbook\napp: {path: ../apps/api}\n")
        monkeypatch.chdir(repository)
        assert load(Path("deploy/hivemind.yaml")).name == "guestbook"
