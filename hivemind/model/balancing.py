"""How the load balancer treats connections: figures that templates set and plans tell."""

from __future__ import annotations

PORTS = (1024, 65535)
"""The ports that a service may listen on: it does not run as root."""
IDLE_SECONDS = 60
"""After so much silence it closes a connection, AWS's own default; an application must be more patient."""
DRAIN_SECONDS = 60
"""So long a target that is taken out may still answer the requests it has."""
