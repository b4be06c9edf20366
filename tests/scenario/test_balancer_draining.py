"""Targets on their way in and out: health as AWS documents it, draining, and the mistakes that must cost requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hivemind.emulator.balancer.config import HttpHeader
from tests.bench.loadgen import LoadGenerator
from tests.scenario.balancer_site import QUICK, RARE, Site, read_answer, site, until

pytestmark = pytest.mark.slow
Scenario = Callable[[Site], Awaitable[None]]


def run(folder: Path, scenario: Scenario) -> None:
    async def play() -> None:
        async with asyncio.timeout(60), site(folder) as made:
            await scenario(made)

    asyncio.run(play())


async def begun(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a request that a target has begun to answer and will not finish until it is let go on."""
    writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")


def test_a_deregistered_target_finishes_what_it_has_and_gets_no_more(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        leaving, _ = await site.app("i-leaving"), await site.app("i-staying")
        await site.ready()
        async with site.connection() as (reader, writer):
            while "/slow" not in leaving.paths:
                await begun(reader, writer)
                if "/slow" not in leaving.paths:
                    site.apps[1].go_on.set()
                    await reader.readexactly(8)
            site.groups["blue"].remove(leaving)
            site.apply()
            assert site.verdict("i-leaving").state == "draining", "marked when the call returns"

            seen = [(await site.ask("GET /")).body for _ in range(20)]
            assert seen == [b"i-staying"] * 20
            leaving.go_on.set()
            assert await reader.readexactly(8) == b"finished"
        await until(lambda: site.verdict("i-leaving").state == "unused")

    run(tmp_path, scenario)


def test_what_is_not_finished_when_the_delay_is_over_is_cut_off(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        leaving = await site.app("i-leaving")
        site.delay = 1.0
        await site.ready()
        async with site.connection() as (reader, writer), site.connection() as (silent, other):
            await begun(reader, writer)
            other.write(b"GET /silent HTTP/1.1\r\nHost: x\r\n\r\n")
            await until(lambda: "/silent" in leaving.paths)
            site.groups["blue"].remove(leaving)
            site.apply()

            assert (await read_answer(silent)).status == 502
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await reader.readexactly(8)
        await until(lambda: site.verdict("i-leaving").state == "unused")

    run(tmp_path, scenario)


def test_a_target_with_nothing_in_flight_is_soon_gone(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        leaving = await site.app("i-leaving")
        await site.ready()
        site.groups["blue"].remove(leaving)
        site.apply()
        assert site.verdict("i-leaving").reason == "Target.DeregistrationInProgress"

        await until(lambda: site.verdict("i-leaving").state == "unused", seconds=5)

    run(tmp_path, scenario)


def test_a_target_may_come_back_while_it_drains(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-back")
        await site.ready()
        site.groups["blue"].remove(app)
        site.apply()
        site.groups["blue"].append(app)
        await site.ready()

        assert (await site.ask("GET /")).body == b"i-back"

    run(tmp_path, scenario)


def test_draining_before_the_end_fails_no_request(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        leaving, _ = await site.app("i-leaving"), await site.app("i-staying")
        await site.ready()
        async with LoadGenerator(site.url, connections=8) as load:
            await until(lambda: load.result().served_by["i-leaving"] > 100)
            site.groups["blue"].remove(leaving)
            site.apply()
            await until(lambda: site.verdict("i-leaving").state == "unused")
            await leaving.stop()
            load.phase("after")
            await until(lambda: load.result()["after"].requests > 200)

        assert load.result().failed == 0, load.result().outcomes

    run(tmp_path, scenario)


def test_the_control_ending_a_target_without_draining_fails_requests(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        leaving, _ = await site.app("i-leaving"), await site.app("i-staying")
        await site.ready()
        async with LoadGenerator(site.url, connections=8) as load:
            await until(lambda: load.result().served_by["i-leaving"] > 100)
            await leaving.stop()
            await until(lambda: site.verdict("i-leaving").state == "unhealthy")
            load.phase("after")
            await until(lambda: load.result()["after"].requests > 200)

        result = load.result()
        assert result.failed > 10, result.outcomes
        assert "502" in result.outcomes
        assert result["after"].failed <= 8, "once it is unhealthy nothing new goes there"

    run(tmp_path, scenario)


def test_a_new_target_takes_traffic_as_soon_as_it_passes_once(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = await site.app("i-new")
        app.health = 500
        site.check = RARE
        site.apply()
        assert site.verdict("i-new").state == "initial"
        await until(lambda: site.verdict("i-new").reason == "Elb.InitialHealthChecking")
        assert (await site.ask("GET /")).status == 503

        app.health = 200
        await until(lambda: site.verdict("i-new").state == "healthy", seconds=5)
        assert (await site.ask("GET /")).status == 200

    run(tmp_path, scenario)


def test_a_sick_target_leaves_and_comes_back_by_its_thresholds(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        sick, _ = await site.app("i-sick"), await site.app("i-well")
        await site.ready()
        sick.health = 500
        await until(lambda: site.verdict("i-sick").state == "unhealthy")
        assert site.verdict("i-sick").description == "Health checks failed with these codes: [500]"
        assert {(await site.ask("GET /")).body for _ in range(20)} == {b"i-well"}

        sick.health = 200
        await until(lambda: site.verdict("i-sick").state == "healthy")
        assert {(await site.ask("GET /")).body for _ in range(20)} == {b"i-sick", b"i-well"}

    run(tmp_path, scenario)


def test_when_all_are_sick_all_get_requests(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        for name in ("i-one", "i-two"):
            await site.app(name)
        await site.ready()
        for app in site.apps:
            app.health = 500
        await until(lambda: {site.verdict(app.name).state for app in site.apps} == {"unhealthy"})

        assert {(await site.ask("GET /")).body for _ in range(20)} == {b"i-one", b"i-two"}

    run(tmp_path, scenario)


def test_a_target_that_hangs_times_out_and_one_that_is_gone_fails(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        gone, _ = await site.app("i-gone"), await site.app("i-hangs")
        site.check = replace(QUICK, path="/silent")
        await gone.stop()
        site.apply()
        await until(lambda: {site.verdict(app.name).state for app in site.apps} == {"unhealthy"})

        assert site.verdict("i-gone").reason == "Target.FailedHealthChecks"
        assert site.verdict("i-hangs").reason == "Target.Timeout"

    run(tmp_path, scenario)


def test_a_group_of_weight_zero_is_checked_and_one_of_no_rule_is_unused(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await site.app("i-blue", "blue")
        await site.app("i-zero", "zero")
        await site.app("i-alone", "alone")
        site.weights = (("blue", 1), ("zero", 0))
        site.apply()
        await until(lambda: site.verdict("i-zero").state == "healthy")

        assert site.verdict("i-alone").reason == "Target.NotInUse"
        assert {(await site.ask("GET /")).body for _ in range(20)} == {b"i-blue"}

        site.rules = (((HttpHeader("X-Test", ("1",)),), site.config.listeners[0].rules[-1].action),)
        site.weights = (("alone", 1),)
        site.apply()
        assert site.verdict("i-alone").state == "initial"
        await until(lambda: site.verdict("i-alone").state == "healthy")

    run(tmp_path, scenario)
