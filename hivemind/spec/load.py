"""The one door to spec files: bytes from the disk, and a look at the folders that a spec names."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from hivemind.errors import Problem, SpecError
from hivemind.model.spec import Spec
from hivemind.spec.parse import parse
from hivemind.spec.problems import Fault
from hivemind.spec.source import MAX_BYTES, TOO_LARGE
from hivemind.spec.words import shown


def load(path: Path) -> Spec:
    """The spec in a file; raises SpecError with every problem at once, a file that cannot be read included."""
    return understood(text_of(path), path)


def text_of(path: Path) -> str:
    """What a spec file says; raises SpecError where it cannot be read."""
    return _decode(_read(path), path)


def understood(text: str, path: Path) -> Spec:
    """The spec that this text would be at `path`; raises SpecError with every problem at once."""
    folder = path.absolute().parent.resolve()
    root = _repository(folder)
    return parse(text, str(path), lambda name: _check_folder(name, folder, root))


def _refuse(path: Path, message: str, hint: str, line: int = 0, column: int = 0) -> NoReturn:
    raise SpecError((Problem(str(path), line, column, message, hint),))


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            _refuse(path, "a folder, not a file", f"Give the file: {path / 'hivemind.yaml'}")
        if path.exists() and not path.is_file():
            _refuse(path, "not an ordinary file", "Give a text file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _refuse(path, "there is no such file", "Run `hivemind init` to write one.")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        _refuse(path, f"the file cannot be read: {reason}", "Make it readable for you, or give another.")
    if len(data) > MAX_BYTES:
        _refuse(path, TOO_LARGE.message, TOO_LARGE.hint)
    return data


def _decode(data: bytes, path: Path) -> str:
    if b"\0" in data:
        _refuse(path, "not a text file", "Write it in an editor, as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        _refuse(path, "not UTF-8 from here on", "Save the file as UTF-8.", line, column)


def _repository(folder: Path) -> Path:
    """The nearest folder upwards that holds `.git`; the folder itself when none does."""
    return next((each for each in (folder, *folder.parents) if _holds_git(each)), folder)


def _holds_git(folder: Path) -> bool:
    try:
        return (folder / ".git").exists()
    except OSError:  # a folder above that we may not look into
        return False


def _check_folder(name: str, folder: Path, root: Path) -> Fault | None:
    try:
        place = (folder / name).resolve()
        if not place.is_relative_to(root):
            return Fault(f"{shown(name)} is outside of the repository", "Name a folder inside it.")
        if not place.is_dir():
            return Fault(f"there is no folder {shown(name)}", "Name a folder as seen from this file's folder.")
    except (OSError, RuntimeError):  # too long a name, a loop of links
        return Fault(f"the folder {shown(name)} cannot be reached", "Name a folder that you can open.")
    return None
