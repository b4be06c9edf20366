"""Where and as whom AWS is called. Clients are made when first needed, since importing boto3 is most of a start."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from hivemind import __version__
from hivemind.aws.failures import cloud_errors

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Credentials:
    """Explicit keys; without them boto3 looks in the environment, profiles and roles as every AWS tool does."""

    access_key: str
    secret_key: str = field(repr=False)


LOCAL_CREDENTIALS = Credentials("local", "local")
"""An endpoint on this machine takes any keys, and must never be sent the person's own."""


@dataclass(frozen=True)
class Session:
    """One region, by way of `endpoint` if given; its clients are shared and may be used by several threads."""

    region: str
    endpoint: str | None = None
    credentials: Credentials | None = None
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is on this machine."""
        return self.endpoint is not None and urlsplit(self.endpoint).hostname in LOOPBACK

    def client(self, service: str) -> Any:
        """The boto3 client of a service. Raises CloudError when there are no credentials to make it with."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    @cached_property
    def _shared(self) -> Any:
        """One boto3 session for all clients: each would read endpoints and partitions anew, some 50 ms."""
        import boto3

        return boto3.session.Session()

    def _make(self, service: str) -> Any:
        from botocore.config import Config

        keys = self.credentials or (LOCAL_CREDENTIALS if self.is_local else None)
        config = Config(
            retries={"mode": "standard", "max_attempts": 5},
            user_agent_extra=f"hivemind/{__version__}",
            connect_timeout=5,
            read_timeout=60,
            s3={"addressing_style": "path"} if self.endpoint else None,
        )
        with cloud_errors(service):
            return self._shared.client(
                service,
                region_name=self.region,
                endpoint_url=self.endpoint,
                aws_access_key_id=keys.access_key if keys else None,
                aws_secret_access_key=keys.secret_key if keys else None,
                config=config,
            )
