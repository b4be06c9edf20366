"""The control: what is wrong on AWS fails requests here under load, and what is right fails none.

Everything goes through the local cloud's AWS API: a load balancer, instances that run a small app, and a deployment of
two new instances while requests pass. Wrong is to end the old instances without deregistering them, and an app that
closes idle connections after 2 seconds while the load balancer keeps them for 60.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.loadgen import LoadGenerator, Result
from tests.scenario.emulator_cloud import Cloud, eventually, running

REQUESTS = 50_000
CONNECTIONS = 16
LONG_KEEP_ALIVE, SHORT_KEEP_ALIVE = 75.0, 2.0
PATIENCE = 90.0
APP = """
import asyncio, os, sys

class App(asyncio.Protocol):
    timer = None
    def connection_made(self, transport):
        self.transport = transport
    def data_received(self, data):
        if self.timer:
            self.timer.cancel()
        self.transport.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
        self.timer = asyncio.get_running_loop().call_later(float(sys.argv[1]), self.transport.close)

async def main():
    server = await asyncio.get_running_loop().create_server(App, "127.0.0.1", int(os.environ["PORT"]))
    await server.serve_forever()

asyncio.run(main())
"""
UNIT = """
cat > $INSTANCE_ROOT/opt/app.py <<'X'
%(app)s
X
cat > $INSTANCE_ROOT/etc/systemd/system/app.service <<X
[Service]
Environment=PORT=$INSTANCE_PORT
ExecStart=python3 -u $INSTANCE_ROOT/opt/app.py %(keep_alive)s
Restart=always
StandardOutput=append:$INSTANCE_ROOT/var/log/app.log
[Install]
WantedBy=multi-user.target
X
systemctl daemon-reload
systemctl enable --now app
"""


class Service:
    """A load balancer before instances of the app."""

    def __init__(self, cloud: Cloud, name: str, keep_alive: float = LONG_KEEP_ALIVE) -> None:
        self._cloud, self._keep_alive = cloud, keep_alive
        ec2 = cloud.client("ec2")
        subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"][:2]]
        balancer = self._elb.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]
        group = self._elb.create_target_group(
            Name=name, Protocol="HTTP", Port=8080, VpcId=ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
            HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2,
        )  # fmt: skip
        self.group = group["TargetGroups"][0]["TargetGroupArn"]
        self._elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.group}],
        )  # fmt: skip
        self.url = f"http://{balancer['DNSName']}/"

    @property
    def _elb(self) -> Any:
        return self._cloud.client("elbv2")

    def open(self, number: int = 2) -> list[str]:
        """Launch and register instances, and wait until each is healthy."""
        script = UNIT % {"app": APP, "keep_alive": self._keep_alive}
        started = [self._cloud.launch(script) for _ in range(number)]
        self._elb.register_targets(TargetGroupArn=self.group, Targets=[{"Id": one} for one in started])
        eventually(lambda: all(self._states().get(one) == "healthy" for one in started), PATIENCE)
        return started

    def drain(self, instances: list[str]) -> None:
        """Deregister instances, and wait until they are out."""
        self._elb.deregister_targets(TargetGroupArn=self.group, Targets=[{"Id": one} for one in instances])
        eventually(lambda: not set(instances) & set(self._states()), PATIENCE)

    def end(self, instances: list[str]) -> None:
        """Terminate instances."""
        self._cloud.client("ec2").terminate_instances(InstanceIds=instances)

    def _states(self) -> dict[str, str]:
        rows = self._elb.describe_target_health(TargetGroupArn=self.group)["TargetHealthDescriptions"]
        return {row["Target"]["Id"]: row["TargetHealth"]["State"] for row in rows}


async def deployed(service: Service, requests: int, *, draining: bool) -> Result:
    """Replace two instances by two new ones while at least so many requests pass."""
    old = await asyncio.to_thread(service.open)
    async with LoadGenerator(service.url, connections=CONNECTIONS) as load:
        await _made(load, requests // 3)
        load.phase("deploy")
        await asyncio.to_thread(service.open)
        if draining:
            await asyncio.to_thread(service.drain, old)
        await asyncio.to_thread(service.end, old)
        load.phase("after")
        after = load.result().requests
        await _made(load, max(requests, after + requests // 3))
    return load.result()


async def rested(service: Service, requests: int) -> Result:
    """Ask in bursts with rests of 2 seconds, until so many were made or one failed.

    In a burst the load balancer takes up connections while the app, for which 2 seconds are over, closes them.
    """
    await asyncio.to_thread(service.open)
    async with LoadGenerator(service.url, connections=100, pause=SHORT_KEEP_ALIVE, in_step=True) as load:
        while not load.result().failed and load.result().requests < requests:
            await asyncio.sleep(0.05)
    return load.result()


async def _made(load: LoadGenerator, requests: int) -> None:
    while load.result().requests < requests:
        await asyncio.sleep(0.05)


def bench(requests: int = REQUESTS) -> None:
    """The right deployment and the wrong ones, printed."""
    print(f"the control (at least {requests} requests to each deployment):")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home") as cloud:
        _print("right: drained, then ended", asyncio.run(deployed(Service(cloud, "right"), requests, draining=True)))
        wrong = asyncio.run(deployed(Service(cloud, "wrong"), requests, draining=False))
        _print("wrong: ended without draining", wrong)
        short = Service(cloud, "short", SHORT_KEEP_ALIVE)
        _print("wrong: an app that keeps connections 2 s", asyncio.run(rested(short, 3_000)))
        long = Service(cloud, "long")
        _print("right: one that keeps them 75 s", asyncio.run(rested(long, 3_000)))


def _print(name: str, result: Result) -> None:
    wrong = {outcome: number for outcome, number in result.outcomes.items() if outcome != "200"}
    print(f"  {name:<42} {result.failed:>6} of {result.requests} failed  {wrong or ''}", flush=True)


if __name__ == "__main__":
    bench()
