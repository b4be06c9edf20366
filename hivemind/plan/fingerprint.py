"""What a plan was decided from, as two digests: apply refuses when either has moved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from hivemind.model.live import Live, LiveStack
from hivemind.plan.desired import Desired


def spec_fingerprint(desired: Desired) -> str:
    """Over the spec, what was inferred, the templates and the release; how and since when is not asked."""
    return _digest(desired.model_dump(mode="json", exclude={"image", "recorded", "rolling", "back"}))


def live_fingerprint(live: Live | None) -> str:
    """Over the cloud as observed, without capacity: a group that scaled is not another world. Empty when offline."""
    if live is None:
        return ""
    seen = live.model_dump(mode="json", exclude={"bootstrap", "foundation", "stacks"})
    stacks = {"bootstrap": live.bootstrap, "foundation": live.foundation, **live.stacks}
    seen["stacks"] = {part: _stack(stack) for part, stack in stacks.items() if stack}
    return _digest(seen)


def _stack(stack: LiveStack) -> Mapping[str, Any]:
    seen = stack.model_dump(mode="json", exclude={"reason", "resources"})
    seen["parameters"] = {name: v for name, v in stack.parameters.items() if not name.endswith("Capacity")}
    seen["resources"] = sorted((r.logical_id, r.type, r.physical_id) for r in stack.resources)
    return seen


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
