"""The real scripts on a real Debian: rendered launch templates' user data, from an empty machine to a healthy service.

Real are systemd, cloud-init, apt with Debian's archive, users, the AWS command line (a package of Debian's) and all of
its calls: S3, Secrets Manager and CloudFormation of the local cloud. Stand-ins are the CloudWatch agent, the SSM agent
and the RDS certificate (`aws_downloads`), since they come from AWS's servers, which a test may not depend on. What
differs from EC2 is told by environment: where the endpoints are, and keys instead of a role's.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hivemind.emulator.ports import PortPool
from hivemind.model.findings import Findings, ServiceFindings, StoreNeed
from hivemind.model.image import IMAGES
from hivemind.model.spec import EnvironmentSpec, SecretRef, ServiceSpec, Spec
from hivemind.render.environment import render
from hivemind.render.release import release_files
from hivemind.render.yaml_text import load
from tests.scenario import aws_downloads
from tests.scenario.debian_machine import Machine, why_not
from tests.scenario.emulator_cloud import Cloud, encoded, eventually, get, running
from tests.unit.render.instance_programs import EVERYWHERE, OF_IMAGE

pytestmark = [pytest.mark.slow, pytest.mark.proof, pytest.mark.skipif(bool(why_not()), reason=why_not())]

MINUTES = 60
REBOOT = 133
"""What systemd-nspawn exits with when its machine wants to be booted again, see its --keep-unit."""
BUCKET, SECRET = "releases", "sk'1 $x"
SERVER = """
import http.server, json, os

facts = {
    "uid": os.getuid(),
    "writes_scripts": os.access("/opt/hivemind/release/bootstrap", os.W_OK),
    "writes_own_files": os.access("/opt/hivemind/app", os.W_OK),
    "reads_authority": open(os.environ["PGSSLROOTCERT"]).read().startswith("-----BEGIN"),
    **{name: os.environ.get(name) for name in ("STRIPE_KEY", "DATABASE_URL", "LOG_LEVEL", "PGSSLMODE")},
}
print("starting", flush=True)

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(facts | {"pid": os.getpid()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
GROUP = """
Parameters: {Image: {Type: String}, Subnet: {Type: String}}
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {ImageId: !Ref Image, InstanceType: t3.micro, UserData: %s}}
  BlueGroup:
    Type: AWS::AutoScaling::AutoScalingGroup
    CreationPolicy: {ResourceSignal: {Count: 1, Timeout: PT15M}}
    Properties:
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}
      MinSize: '1'
      MaxSize: '1'
      DesiredCapacity: '1'
      VPCZoneIdentifier: [!Ref Subnet]
"""
"""The group that waits for the machine's signal; the instance that the local cloud starts lends it its id."""


@dataclass
class Deployment:
    """One release of a small application, and the local cloud that it is deployed to."""

    cloud: Cloud
    folder: Path
    port: int
    templates: Mapping[str, Any] = field(default_factory=dict)
    release: str = ""

    def prepare(self) -> None:
        """Put the sources and the secrets where a plan's steps would."""
        service = ServiceFindings(
            name="web",
            kind="web",
            path=".",
            language="python",
            runtime=IMAGES["debian"].runtimes["python"][-1],
            install=("python -m pip --version",),
            build=("echo built by $(id -un) at level $LOG_LEVEL > built.txt",),
            start="python server.py",
            migrate="echo ${DATABASE_URL%%:*} > migrated",
            port=self.port,
            database=StoreNeed(engine="postgres", need="required"),
            env={"LOG_LEVEL": "a b", "STRIPE_KEY": SecretRef(secret="stripe")},
        )
        where = EnvironmentSpec(name="staging")
        spec = Spec(name="guestbook", services=(ServiceSpec(image="debian"),), environments={"staging": where})
        findings = Findings(services=(service,))
        self.templates = {each.part: load(each.body)["Resources"] for each in render(spec, where, findings)}
        bundle = _bundle({f".hivemind-release/{k}": v for k, v in release_files(spec, findings).items()})
        self.release = hashlib.sha256(bundle).hexdigest()
        s3 = self.cloud.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key=f"guestbook/staging/bundles/{self.release}.tar.gz", Body=bundle)
        database = {"username": "app", "password": "p/w d", "host": "127.0.0.1", "port": 5432, "dbname": "app"}
        for name, value in (("stripe", SECRET), ("database", json.dumps(database))):
            self.cloud.client("secretsmanager").create_secret(Name=name, SecretString=value)

    def user_data(self, part: str, title: str, **values: str) -> str:
        """The user data of a rendered launch template, substituted as CloudFormation does."""
        script = self.templates[part][title]["Properties"]["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Sub"]
        known = {
            "ArtifactBucket": BUCKET, "AWS::Region": "us-east-1", "DatabaseSecret": "database", "BuilderLogs": "b",
            "AWS::StackName": "guestbook-staging-web", "LogGroup": "logs", **values,
        }  # fmt: skip
        return re.sub(r"\$\{([^!}]+)\}", lambda found: known[found[1]], script).replace("${!", "${")

    def environment(self, instance: str) -> dict[str, str]:
        """Where a machine finds the local cloud."""
        endpoint = self.cloud.status.endpoint
        return {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{endpoint}/_local/imds/{instance}/",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def image(self) -> str:
        """The id of Debian's AMI on the local cloud."""
        return str(self.cloud.client("ssm").get_parameter(Name=IMAGES["debian"].parameter)["Parameter"]["Value"])

    def object(self, key: str) -> bytes:
        """An object of the deployment."""
        return bytes(self.cloud.client("s3").get_object(Bucket=BUCKET, Key=f"guestbook/staging/{key}")["Body"].read())

    def facts(self) -> dict[str, Any]:
        """What the application says of itself."""
        from urllib.request import urlopen

        with urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            return dict(json.load(answer))


def _bundle(files: Mapping[str, str]) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in {"server.py": SERVER, **files}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content.encode())
            entry.mode = 0o755 if content.startswith("#!") else 0o644
            tar.addfile(entry, io.BytesIO(content.encode()))
    return archive.getvalue()


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    with running(tmp_path / "home") as cloud:
        made = Deployment(cloud, tmp_path, PortPool().claim())
        made.prepare()
        yield made


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    """The builder's and the application's, off; both gone at the end."""
    made = Machine(tmp_path, "builder"), Machine(tmp_path, "app")
    yield made
    for machine in made:
        machine.close()


def test_a_release_is_built_and_serves_on_a_real_debian(
    deployment: Deployment, machines: tuple[Machine, Machine]
) -> None:
    builder, app = machines
    for program in EVERYWHERE | OF_IMAGE["debian"]:
        builder.chroot("sh", "-c", f"command -v {program}")
    asked: list[str] = []
    files = aws_downloads.prepare(builder)
    for name in ("etc/hosts", "usr/local/share/ca-certificates/stand-in.crt"):
        app.write(name, (builder.root / name).read_text())
    app.chroot("update-ca-certificates")
    with aws_downloads.serving(builder, files, asked):
        _build(deployment, builder)
        assert set(asked) == set(files)
        _serve(deployment, app)
    _check_service(deployment, app)
    _check_restarts(deployment, app)
    before = app.processes()
    assert len(before) > 3
    app.close()
    assert app.processes() == []
    assert get(f"http://127.0.0.1:{deployment.port}/") == 0


def _build(deployment: Deployment, builder: Machine) -> None:
    """The builder installs, builds, publishes, migrates and ends itself."""
    ec2 = deployment.cloud.client("ec2")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "hivemind:release", "Value": deployment.release}]}]
    options = {"HttpTokens": "required", "InstanceMetadataTags": "enabled"}
    asked = {"ImageId": deployment.image(), "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    reservation = ec2.run_instances(**asked, TagSpecifications=tags, MetadataOptions=options)
    instance = reservation["Instances"][0]["InstanceId"]
    script = deployment.user_data("foundation", "BuilderTemplate")
    builder.seed(instance, script, deployment.environment(instance))
    builder.boot()
    builder.wait(10 * MINUTES)
    assert builder.processes() == []
    said = builder.output()
    assert json.loads(deployment.object(f"migrations/{deployment.release}.result"))["exit"] == 0, said
    assert json.loads(deployment.object(f"built/{deployment.release}.json"))["instance"] == instance
    assert (builder.root / "opt/hivemind/app/built.txt").read_text() == "built by root at level a b\n"
    assert (builder.root / "opt/hivemind/app/migrated").read_text() == "postgresql\n"


def _serve(deployment: Deployment, app: Machine) -> None:
    """The stack waits for the machine's signal, and stands once the application is healthy."""
    cloudformation = deployment.cloud.client("cloudformation")
    subnet = deployment.cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    given = {"Image": deployment.image(), "Subnet": subnet}
    cloudformation.create_stack(
        StackName="guestbook-staging-web",
        TemplateBody=GROUP % encoded("true\n"),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
    )
    groups = deployment.cloud.client("autoscaling")
    found = eventually(lambda: groups.describe_auto_scaling_instances()["AutoScalingInstances"])
    instance = found[0]["InstanceId"]
    checksum = json.loads(deployment.object(f"built/{deployment.release}.json"))["checksum"]
    script = deployment.user_data("web", "BlueTemplate", BlueRelease=deployment.release, BlueChecksum=checksum)
    app.seed(instance, script, deployment.environment(instance))
    app.boot()

    def status() -> str:
        return str(cloudformation.describe_stacks()["Stacks"][0]["StackStatus"])

    eventually(lambda: status() != "CREATE_IN_PROGRESS", 10 * MINUTES)
    assert status() == "CREATE_COMPLETE", app.output()
    assert "serves as blue" in app.output()
    assert "No stack operation waits" not in app.output()
    assert "Unpacking" not in app.output(), "what dpkg says of every package floods the console"


def _check_service(deployment: Deployment, app: Machine) -> None:
    facts = deployment.facts()
    assert facts.pop("pid")
    assert facts.pop("uid") == int(app.ask("id", "-u", "hivemind")) != 0
    assert facts == {
        "writes_scripts": False,
        "writes_own_files": True,
        "reads_authority": True,
        "STRIPE_KEY": SECRET,
        "DATABASE_URL": "postgresql://app:p%2Fw%20d@127.0.0.1:5432/app",
        "LOG_LEVEL": "a b",
        "PGSSLMODE": "verify-full",
    }
    assert app.ask("stat", "-c", "%U %a", "/run/hivemind/web.env") == "hivemind 600"
    assert app.ask("stat", "-f", "-c", "%T", "/run/hivemind") == "tmpfs"
    holders = app.ask("grep", "-rlF", "p%2Fw", "/etc", "/opt", "/run/hivemind", "/tmp", "/var")
    assert holders == "/run/hivemind/web.env"
    assert app.ask("systemctl", "is-enabled", "hivemind.service") == "enabled"
    assert app.ask("systemd-analyze", "verify", "/etc/systemd/system/hivemind.service") == ""
    assert "error" not in app.ask("logrotate", "-d", "/etc/logrotate.d/hivemind")
    assert app.ask("head", "-n", "1", "/var/log/hivemind/web.log") == "starting"
    (shipped,) = json.loads(app.ask("cat", "/opt/aws/agent.json"))["logs"]["logs_collected"]["files"]["collect_list"]
    assert (shipped["file_path"], shipped["log_group_name"]) == ("/var/log/hivemind/web.log", "logs")
    assert "install ok installed" in app.ask("dpkg-query", "-W", "-f", "${Status}", "amazon-ssm-agent")


def _check_restarts(deployment: Deployment, app: Machine) -> None:
    """A killed application is back with the same secrets, and so is that of a machine that was restarted."""
    first = deployment.facts()["pid"]
    app.ask("kill", "-KILL", str(first))
    url = f"http://127.0.0.1:{deployment.port}/"
    eventually(lambda: get(url) == 200 and deployment.facts()["pid"] != first)
    assert app.ask("systemctl", "show", "-p", "NRestarts", "--value", "hivemind") == "1"
    app.ask("systemctl", "reboot")
    assert app.wait(2 * MINUTES) == REBOOT
    app.boot()
    eventually(lambda: get(url) == 200, 2 * MINUTES)
    assert deployment.facts()["STRIPE_KEY"] == SECRET
    assert app.output().count("serves as blue") == 1
