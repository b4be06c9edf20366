"""Every rule, in the order in which findings are shown."""

from __future__ import annotations

from hivemind.policy.rule import Rule
from hivemind.policy.rules.database_loss import DatabaseLoss
from hivemind.policy.rules.open_port import OpenPort
from hivemind.policy.rules.public_database import PublicDatabase
from hivemind.policy.rules.unencrypted_storage import UnencryptedStorage

RULES: tuple[Rule, ...] = (
    PublicDatabase(),
    OpenPort(),
    UnencryptedStorage(),
    DatabaseLoss(),
)
