"""The names that templates, plans and handlers share: stacks, parameters, outputs, logical ids, objects, tags.

Environment `production` of `guestbook` is the stacks `guestbook-production-foundation` and
`guestbook-production-<service>`; the account's `hivemind-bootstrap` stack owns the artifact bucket.

A service stack has, per colour (`Blue`, `Green`), the parameters `<Colour>Release`, `<Colour>Checksum`,
`<Colour>Image`, `<Colour>InstanceType`, `<Colour>Capacity`, `<Colour>Subnets`, and for the web `<Colour>Port`,
`<Colour>HealthPath` and `<Colour>Weight`, the resources `<Colour>Targets`,
`<Colour>TestRule`, and while it holds a release `<Colour>Template` and `<Colour>Group`; `ForwardRule` carries the
weights. A parameter named like an output of the foundation or bootstrap stack takes that output's value.
"""

from __future__ import annotations

from hivemind.model.live import Colour

BOOTSTRAP_STACK = "hivemind-bootstrap"
BOOTSTRAP = "bootstrap"
"""The bootstrap stack's `part`, beside `foundation` and the services' names."""

ARTIFACT_BUCKET = "ArtifactBucket"
FORWARD_RULE = "ForwardRule"
TEST_HEADER = "X-HiveMind-Test"
TEST_TOKEN = "TestToken"
BUILDER = "builder"
"""The role that a builder's machine is tagged with."""
BUILDER_TEMPLATE = "BuilderTemplate"
BUILDER_LOGS = "BuilderLogs"
URL = "Url"
PROTECT = "Protect"
SUBNETS = "AppSubnets"
"""The foundation's output that each colour's `<Colour>Subnets` has from when it was last filled."""
OUTAGE = "Outage"
"""The alarm that no colour of a service has a healthy target."""
LOAD_BALANCER = "LoadBalancerFullName"

TAG_DEPLOYMENT = "hivemind:deployment"
TAG_RELEASE = "hivemind:release"
TAG_ROLE = "hivemind:role"
TAG_OPERATION = "hivemind:operation"
TAG_COLOUR = "hivemind:colour"
TAG_SERVICE = "hivemind:service"


def deployment_id(name: str, env: str) -> str:
    """`name:env`, how a deployment is called on the command line."""
    return f"{name}:{env}"


def foundation_stack(name: str, env: str) -> str:
    """The stack that no release touches."""
    return f"{name}-{env}-foundation"


def service_stack(name: str, env: str, service: str) -> str:
    """The stack of one service's two colours."""
    return f"{name}-{env}-{service}"


def for_colour(colour: Colour, what: str) -> str:
    """`("blue", "Group")` → `BlueGroup`: a parameter, output or logical id of one colour."""
    return f"{colour.title()}{what}"


def stack_tags(part: str, deployment: str) -> dict[str, str]:
    """The tags of a stack, which its resources inherit; the bootstrap stack belongs to no deployment."""
    return {TAG_ROLE: BOOTSTRAP} if part == BOOTSTRAP else {TAG_DEPLOYMENT: deployment}


def boundary_policy(name: str) -> str:
    """The policy that bounds the roles of a deployment's machines."""
    return f"hivemind-{name}-boundary"


def artifact_prefix(name: str, env: str) -> str:
    """Where a deployment's objects live in the artifact bucket, with the closing slash."""
    return f"{name}/{env}/"


def bundle_key(prefix: str, digest: str) -> str:
    """The source bundle."""
    return f"{prefix}bundles/{digest}.tar.gz"


def release_folders(prefix: str) -> tuple[str, str]:
    """Where the objects lie that a release is made of; each is named by its digest up to the first dot."""
    return f"{prefix}bundles/", f"{prefix}built/"


def built_key(prefix: str, digest: str) -> str:
    """The built tree."""
    return f"{prefix}built/{digest}.tar.gz"


def built_record_key(prefix: str, digest: str) -> str:
    """JSON `{"checksum": <sha256 of the built tree>, "instance": ..}`: published last, so its presence means built."""
    return f"{prefix}built/{digest}.json"


def migration_claim_key(prefix: str, digest: str) -> str:
    """Written with `If-None-Match` before the migration runs."""
    return f"{prefix}migrations/{digest}"


def migration_result_key(prefix: str, digest: str) -> str:
    """JSON `{"exit": 0, "instance": ..}`, written after the migration ran."""
    return f"{prefix}migrations/{digest}.result"


def failure_key(prefix: str, digest: str, instance: str) -> str:
    """JSON `{"phase": "install|build|migrate", "exit": N, "log": "last lines"}` of a builder that failed."""
    return f"{prefix}failures/{digest}/{instance}.json"
