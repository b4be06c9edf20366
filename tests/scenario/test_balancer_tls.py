"""HTTPS through the real data plane: certificates by name, one port for both protocols, and what is told of it."""

from __future__ import annotations

import asyncio
import hashlib
import random
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hivemind.emulator.balancer.config import Certificate, FixedResponse, PathPattern, Redirect, Tls
from tests.fakes.certificates import Made, self_signed
from tests.scenario.balancer_site import Site, read_answer, site, until

pytestmark = pytest.mark.slow
SHOP, API = self_signed("shop.test"), self_signed("api.test", "*.api.test")
TLS = Tls(tuple(Certificate(one.body + one.key, names) for one, names in (
    (SHOP, ("shop.test",)), (API, ("api.test", "*.api.test"))
)))  # fmt: skip
Scenario = Callable[[Site], Awaitable[None]]


def run(folder: Path, scenario: Scenario) -> None:
    async def play() -> None:
        async with asyncio.timeout(60), site(folder) as made:
            made.tls = TLS
            await made.app("i-blue")
            await made.ready()
            await scenario(made)

    asyncio.run(play())


def trusting(*made: Made) -> ssl.SSLContext:
    return ssl.create_default_context(cadata="".join(one.body for one in made))


async def shown(site: Site, name: str) -> str:
    """Whose certificate a client gets that asks for a name."""
    asking = ssl.create_default_context(cadata=SHOP.body + API.body)
    asking.check_hostname = False
    async with site.connection(ssl=asking, server_hostname=name) as (_, writer):
        certificate = writer.get_extra_info("peercert")
        return str(certificate["subject"][0][0][1])


def test_both_protocols_on_one_port_and_the_target_is_told(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        app = site.apps[0]
        assert (await site.ask("GET /plain")).body == b"i-blue"
        assert "X-Forwarded-Proto: http\r\n" in app.last_head.decode()
        body = random.Random(3).randbytes(3_000_000)
        async with site.connection(ssl=trusting(SHOP), server_hostname="shop.test") as (reader, writer):
            for _ in range(2):
                writer.write(b"POST /echo HTTP/1.1\r\nHost: shop.test\r\nContent-Length: %d\r\n\r\n" % len(body))
                writer.write(body)
                answer = await read_answer(reader)
                assert hashlib.sha256(answer.body).digest() == hashlib.sha256(body).digest()
        assert f"X-Forwarded-Proto: https\r\nX-Forwarded-Port: {site.port}\r\n" in app.last_head.decode()

    run(tmp_path, scenario)


@pytest.mark.proof
def test_the_certificate_is_the_one_of_the_name_else_the_default(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        for name, expected in (
            ("shop.test", "shop.test"),
            ("api.test", "api.test"),
            ("v1.api.test", "api.test"),
            ("a.b.api.test", "shop.test"),
            ("other.test", "shop.test"),
        ):
            assert await shown(site, name) == expected, name
        with pytest.raises(ssl.SSLCertVerificationError):
            async with site.connection(ssl=trusting(SHOP), server_hostname="other.test"):
                pass
        # Certificates change for the next connection.
        site.tls = replace(TLS, certificates=TLS.certificates[1:])
        site.apply()
        assert await shown(site, "shop.test") == "api.test"

    run(tmp_path, scenario)


@pytest.mark.proof
def test_a_redirect_to_https_leads_to_the_same_port(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.rules = (
            ((PathPattern(("/old",)),), Redirect(301, protocol="HTTPS", port=str(site.port))),
            ((PathPattern(("/here",)),), Redirect(302, path="/there")),
            ((PathPattern(("/fixed",)),), FixedResponse(200, body="fixed")),
        )
        site.apply()
        moved = await site.ask("GET /old?x=1")
        assert moved.headers["location"] == f"https://shop.test:{site.port}/old?x=1"
        async with site.connection(ssl=trusting(SHOP), server_hostname="shop.test") as (reader, writer):
            writer.write(b"GET /here HTTP/1.1\r\nHost: shop.test\r\n\r\n")
            assert (await read_answer(reader)).headers["location"] == f"https://shop.test:{site.port}/there"
            writer.write(b"GET /fixed HTTP/1.1\r\nHost: shop.test\r\n\r\n")
            assert (await read_answer(reader)).body == b"fixed"

    run(tmp_path, scenario)


@pytest.mark.proof
def test_versions_are_those_of_the_policy(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.tls = replace(TLS, oldest="TLSv1.3")
        site.apply()
        old = trusting(SHOP)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            async with site.connection(ssl=old, server_hostname="shop.test"):
                pass
        async with site.connection(ssl=trusting(SHOP), server_hostname="shop.test") as (_, writer):
            assert writer.get_extra_info("ssl_object").version() == "TLSv1.3"
        await until(lambda: any(one.tls_errors for one in site.balancer.metrics().counts.balancers.values()))

    run(tmp_path, scenario)


@pytest.mark.proof
def test_silence_nonsense_and_the_wrong_protocol(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        site.idle_timeout = 1.0
        site.apply()
        async with site.connection() as (reader, _):
            assert await reader.read() == b"", "a connection that says nothing is let go of"
        async with site.connection() as (reader, writer):
            writer.write(b"\x16\x03\x01nonsense that is no handshake")
            assert not (await _rest(reader)).startswith(b"HTTP"), "the handshake fails, and nothing is served"
        assert (await site.ask("GET /")).status == 200

    run(tmp_path, scenario)


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
