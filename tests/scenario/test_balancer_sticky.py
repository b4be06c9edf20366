"""Sticky sessions through the real data plane: who comes back where, and when a client is let go."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hivemind.emulator.balancer.config import Stickiness
from tests.scenario.balancer_site import RARE, Site, site, until

pytestmark = pytest.mark.slow
Scenario = Callable[[Site], Awaitable[None]]


def run(folder: Path, scenario: Scenario) -> None:
    async def play() -> None:
        async with asyncio.timeout(60), site(folder) as made:
            await scenario(made)

    asyncio.run(play())


async def three(site: Site, stickiness: Stickiness) -> None:
    site.stickiness = stickiness
    for name in ("i-one", "i-two", "i-three"):
        await site.app(name)
    await site.ready()


def answering(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


async def served_by(site: Site, cookies: dict[str, str], times: int = 12) -> set[bytes]:
    return {(await site.ask("GET /", cookies=cookies)).body for _ in range(times)}


def test_a_client_comes_back_to_its_target_until_that_one_leaves(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await three(site, Stickiness(60))
        assert len(await served_by(site, {})) == 3, "a client without cookies is free"
        first = await site.ask("GET /")
        assert set(first.cookies) == {"AWSALB", "AWSALBCORS"}
        assert await served_by(site, first.cookies) == {first.body}
        assert await served_by(site, {"AWSALBCORS": first.cookies["AWSALBCORS"]}) == {first.body}
        assert len(await served_by(site, {"AWSALB": "9999999999-made-up"})) == 3

        leaving = next(app for app in site.apps if app.name.encode() == first.body)
        site.groups["blue"].remove(leaving)
        site.apply()
        moved = await site.ask("GET /", cookies=first.cookies)
        assert moved.body != first.body
        assert await served_by(site, moved.cookies) == {moved.body}

    run(tmp_path, scenario)


@pytest.mark.proof
def test_a_sick_target_is_left_and_when_all_are_sick_it_is_kept(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await three(site, Stickiness(60))
        first = await site.ask("GET /")
        mine = next(app for app in site.apps if app.name.encode() == first.body)
        mine.health = 500
        await until(lambda: site.verdict(mine.name).state == "unhealthy")
        assert first.body not in await served_by(site, first.cookies)

        for app in site.apps:
            app.health = 500
        await until(lambda: {site.verdict(app.name).state for app in site.apps} == {"unhealthy"})
        assert await served_by(site, first.cookies) == {first.body}

    run(tmp_path, scenario)


@pytest.mark.proof
def test_the_duration_stands_in_the_value_not_in_the_browser_s_expiry(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await three(site, Stickiness(1))
        first = await site.ask("GET /")
        assert "Expires=" in first.headers["set-cookie"]
        seen: set[bytes] = set()

        async def free() -> bool:
            seen.add((await site.ask("GET /", cookies=first.cookies)).body)
            return len(seen) > 1

        for _ in range(500):
            if await free():
                break
            await asyncio.sleep(0.02)
        assert len(seen) > 1

    run(tmp_path, scenario)


@pytest.mark.proof
def test_the_application_s_own_cookie_decides(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        await three(site, Stickiness(60, "session"))
        assert (await site.ask("GET /")).cookies == {}, "nobody has signed in"
        signed_in = await site.ask("GET /sign-in")
        assert set(signed_in.cookies) == {"session", "AWSALBAPP-0"}

        (mine,) = await served_by(site, signed_in.cookies)
        assert mine in {app.name.encode() for app in site.apps if "/sign-in" in app.paths}
        again = await site.ask("GET /", cookies=signed_in.cookies)
        assert set(again.cookies) == {"AWSALBAPP-0"}, "the duration begins anew"
        assert len(await served_by(site, {"AWSALBAPP-0": signed_in.cookies["AWSALBAPP-0"]})) == 3, "both must come back"

    run(tmp_path, scenario)


@pytest.mark.proof
def test_a_client_stays_with_its_group_whatever_the_weights_are(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.group_seconds = 60
        await site.app("i-blue", "blue")
        await site.app("i-green", "green")
        site.weights = (("blue", 1), ("green", 0))
        await site.ready()
        first = await site.ask("GET /")
        assert set(first.cookies) == {"AWSALBTG", "AWSALBTGCORS"}

        site.weights = (("blue", 0), ("green", 1))
        site.apply()
        assert await served_by(site, first.cookies) == {b"i-blue"}
        assert await served_by(site, {}) == {b"i-green"}
        site.weights = (("green", 1),)
        site.apply()
        assert await served_by(site, first.cookies) == {b"i-green"}, "a group that left the rule is left"

    run(tmp_path, scenario)


@pytest.mark.proof
def test_a_cookie_survives_the_load_balancer_s_process(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.check = replace(RARE, interval=1)
        await three(site, Stickiness(600))
        first = await site.ask("GET /")
        pids = site.balancer.pids
        site.balancer.stop()
        site.balancer.start()
        assert site.balancer.pids != pids
        await until(lambda: answering(site.port))
        async with asyncio.timeout(20):
            while len(await served_by(site, {})) < 3:
                pass
        assert await served_by(site, first.cookies) == {first.body}

    run(tmp_path, scenario)
