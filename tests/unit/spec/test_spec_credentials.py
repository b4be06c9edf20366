"""A credential is refused wherever it stands, what only looks like one is not, and no message repeats it."""

from __future__ import annotations

import time

import pytest

from hivemind.errors import SpecError
from hivemind.spec.credentials import is_credential
from hivemind.spec.parse import parse
from hivemind.spec.report import report
from hivemind.spec.source import MAX_BYTES

CREDENTIALS = [
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "sk-ant-api03-hunter2",
    "sk-proj-0123456789abcdefghij",
    "sk_live_0123456789abcdef",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github_pat_0123456789abcdefghij_x",
    "glpat-0123456789abcdefghij",
    "xoxb-0123456789-hunter2",
    "AIza0123456789abcdefghijABCDEFGHIJ01234",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.hunter2",
    "postgres://guestbook:hunter2@db.example.com/guestbook",
    "redis://:hunter2@cache.example.com:6379",
]
HARMLESS = [
    "info",
    "postgres://db.example.com/guestbook",
    "postgres://guestbook@db.example.com:5432/guestbook",
    "https://example.com/a:b@c",
    "psql postgres://guestbook:$PASSWORD@db/guestbook",
    "-----BEGIN CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----",
    "-----BEGIN RSA PUBLIC KEY-----",
    "task-antelope",
    "risk-antics",
    "eyJ",
    "12:30@noon",
    "npm run build --token=$TOKEN",
]


@pytest.mark.parametrize("text", CREDENTIALS)
def test_a_credential_is_known(text: str) -> None:
    assert is_credential(text)
    assert is_credential(f"export TOKEN={text} && run")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_is_let_be(text: str) -> None:
    assert not is_credential(text)


@pytest.mark.parametrize("secret", CREDENTIALS)
@pytest.mark.parametrize(
    "place",
    [
        "app: {env: {KEY: '%s'}}",
        "app: {env: {KEY: {secret: '%s'}}}",
        "app: {env: {KEY: ['%s']}}",
        "app: {env: {'%s': x}}",
        "app: {start: '%s'}",
        "app: {build: ['%s']}",
        "app: '%s'",
        "app: {port: '%s', path: '%s', health: '%s'}",
        "'%s': 1",
        "services: {'%s': {port: 1}}",
        "database: '%s'",
        "environments: {a: {state: '%s', monitoring: {xray: '%s'}, transition: {bake: '%s'}}}",
        "'%s': 1\n'%s': 2",
        "app: &x '%s'",
    ],
)
def test_no_message_repeats_it(place: str, secret: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse(f"name: guestbook\n{place.replace('%s', secret)}\n", "hivemind.yaml")
    assert secret not in report(caught.value.problems)
    assert "hunter2" not in report(caught.value.problems)


@pytest.mark.parametrize("unit", ["eyJ", "://", "://a:", "sk-", "AKIA", "-----BEGIN ", "a", "://:x", "eyJaaaaaaaa."])
def test_hostile_text_takes_no_time(unit: str) -> None:
    text = unit * (MAX_BYTES // len(unit))
    started = time.process_time()
    is_credential(text)
    assert time.process_time() - started < 0.5
