"""The secret that RDS makes and keeps for the master user.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""

from __future__ import annotations

import json
import secrets
import string
from typing import Any

from hivemind.emulator.patches.rds.hooks import Hooks
from hivemind.emulator.seam import Seam

LENGTH = 32
ALPHABET = string.ascii_letters + string.digits + "!#$%&()*+,-.:;<=>?[]^_{|}~"


def seams() -> tuple[Seam, ...]:
    """What this file replaces."""
    from moto.rds.models import MasterUserSecret

    return (Seam(MasterUserSecret, "_generate_secret_string", "self"),)


def install(_hooks: Hooks) -> None:
    """Patch the content of the secret: moto's is the same for everybody."""
    seams()[0].replace(_content)


def _content(self: Any) -> str:
    password = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    self.resource.master_user_password = password
    return json.dumps({"username": self.resource.master_username, "password": password})
