"""Folders that hold something beside the app: examples, tests, documentation, tools. Nothing in them is deployed."""

from __future__ import annotations

ASIDE = frozenset({
    "example", "examples", "sample", "samples", "demo", "demos", "doc", "docs", "documentation", "test", "tests",
    "__tests__", "testing", "testdata", "test-data", "fixtures", "fixture", "__fixtures__", "e2e", "cypress", "spec",
    "specs", "integration-tests", "benchmark", "benchmarks", "bench", "tutorial", "tutorials", "templates", "template",
    "snippets", "scripts", "script", "tools", "tooling", "infra", "infrastructure", "terraform", "ansible", "helm",
    "charts", "k8s", "kubernetes", "hack", "playground", "storybook", "migrations", "notebooks", "assets", "legacy",
    "archive", "deprecated", "design", "postman", "load-tests", "loadtest", "locust",
})  # fmt: skip


def is_aside(path: str) -> bool:
    """Whether a path leads through a folder that is not the app's, or a hidden one."""
    return any(part.lower() in ASIDE or (part.startswith(".") and part != ".") for part in path.split("/"))
