"""`make bench`: the budgets of the command line and the local cloud, the load balancer beside others,
the control, and every transition under load.

Bytecode is compiled first. A budget that is missed is said, not failed: machines differ, and what counts is the ratio.
"""

from __future__ import annotations

import compileall
from pathlib import Path

from tests.bench import balancer, commands, control, fleet, stack, transitions

BENCHES = (commands.bench, fleet.bench, stack.bench, balancer.bench, control.bench, transitions.bench)


def main() -> None:
    """All of them, in order."""
    compileall.compile_dir(Path(__file__).parents[2] / "hivemind", quiet=2)
    for bench in BENCHES:
        bench()


if __name__ == "__main__":
    main()
