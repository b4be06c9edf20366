"""A small environment to plan about: one web service with a database, as wanted and as it stands on AWS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hivemind.model.findings import Findings, ServiceFindings, StoreNeed
from hivemind.model.live import Live, LiveResource, LiveService, LiveStack
from hivemind.model.names import BOOTSTRAP, BOOTSTRAP_STACK, foundation_stack, service_stack
from hivemind.model.release import Release, ReleaseRecord
from hivemind.model.spec import DatabaseSpec, EnvironmentSpec, ServiceSpec, Spec
from hivemind.model.template import FOUNDATION, Template
from hivemind.plan.desired import Desired
from hivemind.plan.document import document

HERE = Path(__file__).parent
NAME = "guestbook"
FIRST = "1f" * 32
SECOND = "2e" * 32
IMAGE = "ami-0123456789abcdef0"
WEB = ServiceFindings(
    name="web",
    kind="web",
    path=".",
    language="python",
    runtime="3.12",
    start="gunicorn app:app",
    migrate="python migrate.py",
    health_path="/healthz",
    database=StoreNeed(engine="postgres", need="required"),
)


def body(part: str) -> str:
    """The text of a template of this scene."""
    return (HERE / "templates" / f"{part}.yaml").read_text(encoding="utf-8")


def templates(env: str, **changed: str) -> tuple[Template, ...]:
    """Bootstrap, foundation and web; a keyword gives a part another body."""
    names = {
        BOOTSTRAP: BOOTSTRAP_STACK,
        FOUNDATION: foundation_stack(NAME, env),
        "web": service_stack(NAME, env, "web"),
    }
    return tuple(
        Template(part=part, stack=stack, body=changed.get(part) or body(part)) for part, stack in names.items()
    )


def release(digest: str = FIRST, *uncommitted: str) -> Release:
    """A release that migrates."""
    return Release(digest=digest, files=7, size=4096, commit="c0ffee", uncommitted=uncommitted, migrates=("web",))


def record(digest: str, **changed: Any) -> ReleaseRecord:
    """A release that went live, unless told otherwise."""
    return ReleaseRecord.model_validate(
        {
            "digest": digest, "commit": f"c0ffee{digest[:4]}", "deployment": "guestbook:staging",
            "template_hashes": {}, "colours": {"web": "blue"}, "migrated": False, "who": "ada",
            "when": "2026-03-01T12:00:00+00:00", "verdict": "live", "plan": f"plan-{digest[:4]}", **changed,
        }
    )  # fmt: skip


def desired(environment: EnvironmentSpec, made: Release | None = None, **changed: str) -> Desired:
    """The environment as wanted; a keyword gives a part another body."""
    spec = Spec(
        name=NAME,
        services=(ServiceSpec(),),
        database=DatabaseSpec(),
        environments={environment.name: environment},
    )
    return Desired(
        spec=spec,
        environment=environment,
        findings=Findings(services=(WEB,)),
        templates=templates(environment.name, **changed),
        release=made,
    )


def web_parameters(blue: str = FIRST, green: str = "", machine: str = "t3.micro") -> dict[str, str]:
    """What the web stack has: a release per colour, empty for none; blue serves when it has one."""
    values = {
        "VpcId": "vpc-1",
        "BlueSubnets": "subnet-1,subnet-2",
        "GreenSubnets": "subnet-1,subnet-2",
        "AppSecurityGroup": "sg-1",
        "Listener": "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/1/2",
        "TestToken": "****",
    }
    for colour, digest in (("Blue", blue), ("Green", green)):
        values |= {
            f"{colour}Release": digest,
            f"{colour}Checksum": "c" * 64 if digest else "",
            f"{colour}Image": IMAGE if digest else "",
            f"{colour}InstanceType": machine,
            f"{colour}Capacity": "1" if digest else "0",
            f"{colour}Weight": "0",
        }
    return {**values, "GreenWeight" if green and not blue else "BlueWeight": "100"}


def stack(part: str, name: str, text: str, parameters: Mapping[str, str], status: str = "CREATE_COMPLETE") -> LiveStack:
    """A stack that stands, with the resources its template has."""
    return LiveStack(
        name=name,
        stack_id=f"arn:aws:cloudformation:us-east-1:123456789012:stack/{name}/{part}",
        status=status,
        body=text,
        parameters=parameters,
        resources=tuple(
            LiveResource(
                logical_id=logical_id,
                type=resource["Type"],
                physical_id=f"{name}-{logical_id}",
                status="CREATE_COMPLETE",
            )
            for logical_id, resource in document(text)["Resources"].items()
        ),
    )


def live(env: str, *, protect: str = "true", web: Mapping[str, str] | None = None) -> Live:
    """Everything stands and blue serves the first release, unless told otherwise."""
    parts = {t.part: t for t in templates(env)}
    values = web_parameters() if web is None else web
    colours = {c: values[f"{c.title()}Release"] for c in ("blue", "green") if values[f"{c.title()}Release"]}
    weights = {c: int(values[f"{c.title()}Weight"]) for c in ("blue", "green")}
    foundation = {"ArtifactBucket": "artifacts", "Protect": protect}
    return Live(
        account="123456789012",
        region="us-east-1",
        image=IMAGE,
        bootstrap=stack(BOOTSTRAP, BOOTSTRAP_STACK, parts[BOOTSTRAP].body, {}),
        foundation=stack(FOUNDATION, parts[FOUNDATION].stack, parts[FOUNDATION].body, foundation),
        stacks={"web": stack("web", parts["web"].stack, parts["web"].body, values)},
        services={"web": LiveService.model_validate({"releases": colours, "weights": weights})},
    )


def nothing() -> Live:
    """An account where nothing stands."""
    return Live(account="123456789012", region="us-east-1", image=IMAGE)
