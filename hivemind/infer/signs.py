"""What a folder looks like at a glance: files that give a language away, for saying what was seen."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.infer.facts import within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Language

MANIFESTS: Mapping[str, Language] = {
    "requirements.txt": "python", "pyproject.toml": "python", "Pipfile": "python", "setup.py": "python",
    "package.json": "node", "deno.json": "deno", "go.mod": "go", "pom.xml": "java", "build.gradle": "java",
    "build.gradle.kts": "java", "Gemfile": "ruby", "composer.json": "php", "index.php": "php", "Cargo.toml": "rust",
    "mix.exs": "elixir", "gleam.toml": "gleam", "CMakeLists.txt": "cpp", "Dockerfile": "docker",
    "index.html": "static",
}  # fmt: skip


def signs(tree: Tree, folder: str) -> tuple[tuple[str, Language], ...]:
    """The manifests in the folder with their languages, in the order of the table."""
    return tuple((name, language) for name, language in MANIFESTS.items() if tree.exists(within(folder, name)))
