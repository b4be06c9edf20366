"""Stands in for the package `moto.cloudformation`.

moto's own imports nearly every other service of moto, and packages that only those need, for an engine that ours
replaces. moto finds a service by the modules `moto.<service>`, `.models` and `.urls`; these three are all it asks of.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

PACKAGE = "moto.cloudformation"
BASES = [r"https?://cloudformation\.(.+)\.amazonaws\.com"]


def stand_in(dispatch: Any) -> None:
    """Let every CloudFormation request of this process's moto reach `dispatch`; a later call replaces an earlier."""
    package, models, urls = (ModuleType(name) for name in (PACKAGE, f"{PACKAGE}.models", f"{PACKAGE}.urls"))
    package.__path__ = []
    backends = _backends(models.__name__)
    vars(package).update(models=models, urls=urls, cloudformation_backends=backends)
    vars(models).update(cloudformation_backends=backends)
    vars(urls).update(url_bases=BASES, url_paths={"{0}/$": dispatch})
    sys.modules.update({module.__name__: module for module in (package, models, urls)})


def _backends(module: str) -> Any:
    """A backend per account and region that holds nothing."""
    from moto.core.base_backend import BackendDict, BaseBackend

    class CloudFormationBackend(BaseBackend):  # type: ignore[misc]
        """What moto takes for the service."""

    CloudFormationBackend.__module__ = module
    return BackendDict(CloudFormationBackend, "cloudformation")
