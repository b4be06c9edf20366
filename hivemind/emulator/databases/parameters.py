"""Parameters of a DB parameter group: which there are, which need a reboot, and which the local server obeys.

What PostgreSQL itself says of each (`postgres --describe-config`) decides whether a name exists, whether it is static
and which values it takes. Every parameter is kept and shown; those in OBEYED have their effect on the server, the
others do not, for the server's size and files are the local cloud's own. See
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html.
"""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from hivemind.emulator.databases import binaries
from hivemind.emulator.databases.refusal import combination, value

_OBEYED = """
    max_connections work_mem statement_timeout lock_timeout idle_in_transaction_session_timeout
    idle_session_timeout deadlock_timeout default_transaction_isolation timezone log_statement log_connections
    log_disconnections log_duration log_lock_waits log_min_duration_statement log_min_messages
"""
OBEYED = frozenset(_OBEYED.split())
RDS_OWN = {
    "rds.accepted_password_auth_method": False,
    "rds.adaptive_autovacuum": False,
    "rds.force_admin_logging_level": False,
    "rds.force_autovacuum_logging_level": False,
    "rds.force_ssl": False,
    "rds.log_retention_period": False,
    "rds.logical_replication": True,
    "rds.restrict_password_commands": True,
}
"""RDS's own parameters, and whether they are static."""
EXTENSIONS = ("auto_explain.", "pg_stat_statements.", "pgaudit.", "plpgsql.")
SMALLEST = {"max_connections": 6}
"""Where RDS allows less than PostgreSQL does."""
BOOLEANS = frozenset(("0", "1", "on", "off", "true", "false", "yes", "no"))


@dataclass(frozen=True)
class Parameter:
    """What PostgreSQL says of a parameter; bounds are empty where there are none."""

    static: bool
    kind: str
    lowest: str = ""
    highest: str = ""


@functools.cache
def known() -> Mapping[str, Parameter]:
    """Every parameter of the server, by its lower-case name; raises NoBinariesError."""
    command = binaries.programs().command("postgres", "--describe-config")
    used = binaries.programs().credentials
    told = subprocess.run(command, cwd="/", **used, capture_output=True, text=True, check=True).stdout
    found = {}
    for line in told.splitlines():
        name, context, _, kind, _, lowest, highest = line.split("\t")[:7]
        found[name.lower()] = Parameter(context == "postmaster", kind, lowest, highest)
    return found


def is_static(name: str) -> bool:
    """Whether a change of the parameter takes effect only after a reboot."""
    if name in RDS_OWN:
        return RDS_OWN[name]
    parameter = known().get(name.lower())
    return parameter is not None and parameter.static


def check(name: str, wanted: str, method: str) -> None:
    """Refuse an unknown name, a value out of bounds, or `immediate` for a static one, in RDS's words."""
    if name not in RDS_OWN and not name.startswith(EXTENSIONS) and name.lower() not in known():
        raise value(f"Could not find parameter with name: {name}")
    if not _is_allowed(name, wanted):
        raise value(f"Invalid parameter value: {wanted} for: {name} allowed values are: {_allowed(name)}")
    if method == "immediate" and is_static(name):
        raise combination("cannot use immediate apply method for static parameter")


def obeyed(values: Mapping[str, str]) -> dict[str, str]:
    """The parameters that the server is started with; a formula of RDS is no value for it."""
    return {name: each for name, each in values.items() if name.lower() in OBEYED and "{" not in each}


def _is_allowed(name: str, wanted: str) -> bool:
    parameter = known().get(name.lower())
    if parameter is None or "{" in wanted:
        return True
    match parameter.kind:
        case "BOOLEAN":
            return wanted.lower() in BOOLEANS
        case "INTEGER" | "REAL":
            return _is_number(wanted) and _lowest(name, parameter) <= float(wanted) <= float(parameter.highest)
        case _:
            return True


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _lowest(name: str, parameter: Parameter) -> float:
    return max(float(parameter.lowest), SMALLEST.get(name, float(parameter.lowest)))


def _allowed(name: str) -> str:
    parameter = known()[name.lower()]
    return "0,1" if parameter.kind == "BOOLEAN" else f"{_lowest(name, parameter):.0f}-{parameter.highest}"
