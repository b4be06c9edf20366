"""The languages whose packages stand for programs of this machine: their names, and how they tell a version."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Version = tuple[int, ...]


@dataclass(frozen=True)
class Runtime:
    """A language: `package` matches its packages with the version in group `v`, `programs` are its interpreter's names.

    `{v}` in a name stands for the version. `asks` are the arguments that make it tell its version, `tells` what that
    looks like, and `beside` the commands that come with it in the same folder.
    """

    name: str
    package: str
    programs: tuple[str, ...]
    asks: tuple[str, ...] = ("--version",)
    beside: tuple[str, ...] = ()
    tells: str = r"(\d+)\.(\d+)(?:\.(\d+))?"

    def commands(self, version: Version, real: Path) -> Mapping[str, str]:
        """Command name to the line that runs it, for the wrappers that a package puts into /usr/bin."""
        shown = ".".join(map(str, version))
        line = shlex.quote(str(real))
        found = {name.format(v=shown).rstrip("."): line for name in self.programs if shown or "{v}" not in name}
        if self.name == "python":
            return {name: line for name in found if shown in name} | {f"pip{shown}": f"{line} -m pip"}
        for name in self.beside:
            other = (real.parent / name).resolve()
            if other.exists():
                found[name] = f"{line} {shlex.quote(str(other))}" if _is_script_of(other, self) else str(other)
        return found


def _is_script_of(path: Path, runtime: Runtime) -> bool:
    """Whether a program is a script that would look its interpreter up on the PATH."""
    with path.open("rb") as file:
        first = file.readline(200)
    return first.startswith(b"#!") and any(f"env {name}".encode() in first for name in runtime.programs)


RUNTIMES = (
    Runtime(
        "python",
        r"python(?P<v>3(\.\d+)?)(-(pip|devel|setuptools|wheel|libs))?",
        ("python{v}", "python3", "python"),
    ),
    Runtime(
        "node",
        r"nodejs(?P<v>\d*)(-(npm|devel|libs))?",
        ("node", "node-{v}", "nodejs"),
        beside=("npm", "npx", "corepack"),
    ),
    Runtime(
        "ruby",
        r"ruby(?P<v>\d\.\d+|)(-(devel|libs))?",
        ("ruby", "ruby{v}"),
        beside=("gem", "bundle", "bundler", "rake", "irb", "erb"),
    ),
    Runtime("php", r"php(?P<v>\d\.\d+|)(-\w+)?", ("php", "php{v}")),
    Runtime("composer", r"composer", ("composer",)),
    Runtime("go", r"golang(-bin)?", ("go",), asks=("version",), beside=("gofmt",)),
    Runtime(
        "java",
        r"java-(1\.)?(?P<v>\d+)(\.0)?-amazon-corretto(-\w+)?",
        ("java",),
        asks=("-version",),
        beside=("javac", "jar", "jlink", "keytool"),
        tells=r'version "(?:1\.)?(\d+)(?:\.(\d+))?(?:\.(\d+))?',
    ),
    Runtime("maven", r"maven(-amazon-corretto\d+)?", ("mvn",), tells=r"Maven (\d+)\.(\d+)(?:\.(\d+))?"),
    Runtime("dotnet", r"(?:dotnet-(?:sdk|runtime)|aspnetcore-runtime)-(?P<v>\d+\.\d+)", ("dotnet",)),
    Runtime("elixir", r"(?!)", ("elixir",), beside=("mix", "iex"), tells=r"Elixir (\d+)\.(\d+)(?:\.(\d+))?"),
    Runtime("rust", r"rust|rustc|cargo", ("rustc",), beside=("cargo", "rustdoc")),
)


@dataclass(frozen=True)
class Wanted:
    """A runtime in a version, as far as the package says one: `(3, 12)`, `(22,)`, or nothing."""

    runtime: Runtime
    version: Version
