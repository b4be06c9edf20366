"""What an instance sees of the machine it runs on: the way to package indexes, and nothing private."""

from __future__ import annotations

from pathlib import Path

from hivemind.emulator.instances.environment import Identity, Site, build

HOST = {
    "PATH": "/home/me/.pyenv/shims:/usr/bin",
    "HOME": "/home/me",
    "AWS_PROFILE": "work",
    "AWS_SECRET_ACCESS_KEY": "real",
    "ANTHROPIC_API_KEY": "real",
    "GITHUB_TOKEN": "real",
    "PIP_INDEX_URL": "https://index.example",
    "NPM_CONFIG_REGISTRY": "https://npm.example",
    "HTTPS_PROXY": "http://proxy.example",
    "NO_PROXY": "internal.example",
    "SSL_CERT_FILE": "/etc/ssl/own.pem",
}


def seen(host: dict[str, str], system: str = "al2023") -> dict[str, str]:
    site = Site("http://127.0.0.1:4510", Path("/s/shims"), Path("/s/cache"), host, Path("/s/settings.json"))
    return build(site, Path("/s/i-1/root"), Identity("i-1", "eu-west-1", system), 20001)


def test_nothing_private_enters() -> None:
    values = seen(HOST)
    assert "real" not in values.values()
    assert not {"AWS_PROFILE", "ANTHROPIC_API_KEY", "GITHUB_TOKEN"} & values.keys()
    assert values["HOME"] == "/s/i-1/root/root"


def test_the_way_to_package_indexes_does() -> None:
    values = seen(HOST)
    assert values["PIP_INDEX_URL"] == "https://index.example"
    assert values["NPM_CONFIG_REGISTRY"] == "https://npm.example"
    assert values["SSL_CERT_FILE"] == "/etc/ssl/own.pem"


def test_what_is_downloaded_is_kept_for_the_next_instance() -> None:
    values = seen({})
    for name in ("PIP_CACHE_DIR", "npm_config_cache", "GOCACHE", "GOMODCACHE"):
        assert values[name].startswith("/s/cache/")


def test_a_proxy_is_never_asked_for_the_local_cloud() -> None:
    assert seen(HOST)["NO_PROXY"] == "internal.example,127.0.0.1,localhost"
    assert seen({"https_proxy": "http://p"})["no_proxy"] == "127.0.0.1,localhost"
    assert "NO_PROXY" not in seen({})


def test_the_contract_is_there() -> None:
    values = seen({})
    assert values["INSTANCE_ROOT"] == "/s/i-1/root"
    assert values["INSTANCE_PORT"] == "20001"
    assert values["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4510"
    assert values["AWS_REGION"] == values["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert values["AWS_EC2_METADATA_SERVICE_ENDPOINT"].endswith("/i-1/")
    assert values["PATH"].startswith("/s/i-1/root/usr/bin:/s/shims/al2023:/s/shims:")


def test_an_image_brings_programs_of_its_own() -> None:
    values = seen({}, "debian")
    assert values["EMULATOR_SYSTEM"] == "debian"
    assert values["PATH"].startswith("/s/i-1/root/usr/bin:/s/shims/debian:/s/shims:")
