"""The data plane as a process: it ends with the daemon, and comes back when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hivemind.emulator.balancer.config import BalancerConfig, FixedResponse, Listener, Rule
from hivemind.emulator.balancer.control import Balancer
from hivemind.emulator.balancer.report import Counts, Report
from hivemind.emulator.balancer.wire import dump_config, load_report
from tests.scenario.balancer_site import POOL, running, site, until

pytestmark = [pytest.mark.slow, pytest.mark.proof]


def listening(port: int) -> BalancerConfig:
    return BalancerConfig((Listener("l", "b", port, (Rule((), FixedResponse(200, body="here")),)),))


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_it_ends_when_its_input_does() -> None:
    port = POOL.claim()
    with subprocess.Popen(
        [sys.executable, "-m", "hivemind.emulator.balancer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(dump_config(7, listening(port)))
        child.stdin.flush()
        assert load_report(child.stdout.readline()) == Report(7, (), {}, Counts())
        assert answers(port)
        child.send_signal(signal.SIGINT)
        assert answers(port), "Ctrl-C is the daemon's"

        child.stdin.close()
        assert child.wait(5) == 0
        assert child.stdout.read() == b""
    assert not answers(port)


def test_stop_leaves_nothing(tmp_path: Path) -> None:
    port = POOL.claim()
    with running(tmp_path) as balancer:
        balancer.apply(listening(port))
        (pid,) = balancer.pids
        assert answers(port)

    assert balancer.pids == ()
    assert not answers(port)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    balancer.stop()


def test_what_was_applied_before_the_start_runs_after_it(tmp_path: Path) -> None:
    port = POOL.claim()
    balancer = Balancer(tmp_path, POOL)
    balancer.apply(listening(port))
    balancer.start()
    try:
        balancer.apply(listening(POOL.claim()))
        balancer.apply(listening(port))
        assert answers(port)
    finally:
        balancer.stop()


def test_a_killed_data_plane_comes_back_with_everything(tmp_path: Path) -> None:
    async def play() -> None:
        async with asyncio.timeout(60), site(tmp_path) as made:
            await made.app("i-blue")
            await made.ready()
            (before,) = made.balancer.pids
            os.kill(before, signal.SIGKILL)
            await until(lambda: made.balancer.pids not in ((), (before,)))
            await made.ready()
            await until(lambda: answers(made.port))
            await until(lambda: made.verdict("i-blue").state == "healthy")
            assert (await made.ask("GET /")).body == b"i-blue"

    asyncio.run(play())


def test_a_call_during_the_restart_waits_for_it(tmp_path: Path) -> None:
    port = POOL.claim()
    with running(tmp_path) as balancer:
        balancer.apply(BalancerConfig())
        for pid in balancer.pids:
            os.kill(pid, signal.SIGKILL)

        balancer.apply(listening(port))

        assert answers(port)


def test_a_port_that_somebody_has_is_told_and_tried_again(tmp_path: Path) -> None:
    port = POOL.claim()
    with running(tmp_path) as balancer:
        with socket.create_server(("127.0.0.1", port)):
            assert balancer.apply(listening(port)) == (port,)
        assert balancer.apply(listening(port)) == ()
        assert answers(port)


def test_a_listener_moves_and_goes(tmp_path: Path) -> None:
    first, second = POOL.claim(), POOL.claim()
    with running(tmp_path) as balancer:
        balancer.apply(listening(first))
        balancer.apply(listening(second))
        assert (answers(first), answers(second)) == (False, True)

        balancer.apply(BalancerConfig())
        assert not answers(second)
