"""The environment of an instance: what a machine on EC2 would have, and nothing private of the user's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hivemind.emulator.images import AMAZON
from hivemind.emulator.ledger import MARK

PASSED_PREFIXES = ("PIP_", "NPM_CONFIG_", "npm_config_")
PASSED = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "TZ", MARK,
    "GOPROXY", "GOSUMDB",
)  # fmt: skip
SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")
CLOUD_INIT = "var/lib/cloud/data"
"""Where cloud-init, which runs user data on EC2, notes whose it is."""
FOLDERS = ("tmp", "root", "usr/bin", "etc/systemd/system", "run", "opt", "var/log", CLOUD_INIT)


@dataclass(frozen=True)
class Site:
    """What all instances of one local cloud share."""

    endpoint: str
    shims: Path
    cache: Path
    host: Mapping[str, str]
    """The daemon's own environment."""
    settings: Path
    """The file whose `runtimes` says how strict package managers are."""


@dataclass(frozen=True)
class Identity:
    """Which instance it is: its id, its region, and the system that its image holds."""

    id: str
    region: str
    system: str = AMAZON


def build(site: Site, root: Path, instance: Identity, port: int) -> dict[str, str]:
    """The environment of one instance, see the instance contract; `root` stands for /."""
    passed = {name: value for name, value in site.host.items() if name in PASSED or name.startswith(PASSED_PREFIXES)}
    search = (str(root / "usr/bin"), str(site.shims / instance.system), str(site.shims), *SYSTEM_PATH)
    return {
        "PIP_CACHE_DIR": str(site.cache / "pip"),
        "npm_config_cache": str(site.cache / "npm"),
        "GOCACHE": str(site.cache / "go-build"),
        "GOMODCACHE": str(site.cache / "go-modules"),
        **passed,
        **_no_proxy(passed),
        "PATH": os.pathsep.join(search),
        "LANG": "C.UTF-8",
        "HOME": str(root / "root"),
        "TMPDIR": str(root / "tmp"),
        "INSTANCE_ROOT": str(root),
        "INSTANCE_PORT": str(port),
        "INSTANCE_ID": instance.id,
        "AWS_ENDPOINT_URL": site.endpoint,
        "AWS_REGION": instance.region,
        "AWS_DEFAULT_REGION": instance.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{site.endpoint}/_local/imds/{instance.id}/",
        # For the shims of package managers: what the image holds, and where the host keeps its programs.
        "EMULATOR_SYSTEM": instance.system,
        "EMULATOR_SHIMS": str(site.shims),
        "EMULATOR_HOST_PATH": site.host.get("PATH", ""),
        "EMULATOR_HOST_HOME": site.host.get("HOME", ""),
        # For systemctl and shutdown: the pipe to the first process.
        "EMULATOR_INITCTL": str(root.parent / "initctl"),
        "EMULATOR_SETTINGS": str(site.settings),
    }


def _no_proxy(passed: Mapping[str, str]) -> dict[str, str]:
    """The endpoint and the database are local: a proxy must not be asked for them."""
    local = "127.0.0.1,localhost"
    names = {"NO_PROXY", "no_proxy"} if any("proxy" in name.lower() for name in passed) else set()
    return {name: ",".join(filter(None, (passed.get(name), local))) for name in names}
