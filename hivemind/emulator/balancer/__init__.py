"""The load balancer of the local cloud: an Application Load Balancer that carries real requests.

config, report, wire   what passes between the two sides, as values and as JSON lines
control, addresses     the daemon's side: `Balancer`, the child process and the ports
seams, targets, refusals, translate   moto's elbv2 → configuration, and health back into it
measurements, publisher               what was counted → CloudWatch
plane/                 the data plane, a process of its own (`python -m hivemind.emulator.balancer`)
"""

from hivemind.emulator.balancer.config import Address, BalancerConfig
from hivemind.emulator.balancer.control import Balancer, Metrics
from hivemind.emulator.balancer.installation import Installation, install, seams
from hivemind.emulator.balancer.publisher import Publisher, put_metric_data

__all__ = [
    "Address",
    "Balancer",
    "BalancerConfig",
    "Installation",
    "Metrics",
    "Publisher",
    "install",
    "put_metric_data",
    "seams",
]
