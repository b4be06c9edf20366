"""What holds for every test: no real cloud, no real model, a home of its own, and a marker for what is unmarked."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SPEEDS = {"slow", "property", "proof", "aws"}

# How fast a machine draws examples is no law: a busy one must not fail a test by it.
settings.register_profile("usual", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("laws", settings.get_profile("usual"), max_examples=1000)
settings.load_profile("usual")

# A shell starts what runs in its background deaf to Ctrl-C, and what tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` is here, above every folder that has golden files, so that pytest knows it wherever it starts."""
    parser.addoption("--update", action="store_true", help="rewrite golden files with what the code says now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that says nothing about its cost is a fast one; the longest starts first, lest all wait for it alone."""
    items.sort(key=lambda item: "test_main_job.py" not in item.nodeid)
    for item in items:
        if not SPEEDS & {mark.name for mark in item.iter_markers()}:
            item.add_marker(pytest.mark.fast)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What `make proof` proved, table by table: how many cases, how long they took, and the figures they recorded."""
    tables: dict[str, list[pytest.TestReport]] = {}
    for report in terminalreporter.getreports("passed"):
        if report.when == "call" and "proof" in report.keywords:
            tables.setdefault(report.nodeid.partition("::")[0], []).append(report)
    if tables:
        terminalreporter.section("proved")
    for table, reports in sorted(tables.items()):
        took = sum(report.duration for report in reports)
        terminalreporter.write_line(f"{table}: {len(reports)} in {took:.0f} s")
        for figure in [value for report in reports for name, value in report.user_properties if name == "proved"]:
            terminalreporter.write_line(f"    {figure}")


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New homes without end; pytest's own numbering looks at every folder before it makes one, which adds up."""
    top = tmp_path_factory.mktemp("homes")
    return (top / str(number) for number in count())


@pytest.fixture(autouse=True)
def _nothing_of_the_user(monkeypatch: pytest.MonkeyPatch, _homes: Iterator[Path]) -> None:
    home = next(_homes)
    home.mkdir()
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HIVEMIND_HOME", str(home / ".hivemind"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(Path(home, "no-config")))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(Path(home, "no-credentials")))
