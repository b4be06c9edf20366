"""The load balancer beside nginx, haproxy and no proxy at all, in one run, before the same target.

Each is measured in turns, several times, and the median counts: what else the machine does then hits all of them. What
is not installed is left out and said. wrk asks where it is installed, else the generator beside this file.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from hivemind.emulator.balancer import Balancer, BalancerConfig
from hivemind.emulator.balancer.config import Forward, HealthCheck, Listener, Rule, Target, TargetGroup
from hivemind.emulator.ports import PortPool
from tests.bench.loadgen import LoadGenerator, Result
from tests.scenario.emulator_cloud import Cloud, eventually, running

TOP = Path(__file__).parents[2]
TURNS, SECONDS = 3, 3.0
POOL = PortPool()
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
NGINX = """
daemon off; master_process off; worker_processes 1; pid %(folder)s/nginx.pid; error_log %(folder)s/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; client_body_temp_path %(folder)s/a; proxy_temp_path %(folder)s/b;
  fastcgi_temp_path %(folder)s/c; uwsgi_temp_path %(folder)s/d; scgi_temp_path %(folder)s/e;
  upstream target { server 127.0.0.1:%(target)d; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:%(port)d;
    location / { proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
"""
HAPROXY = """
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:%(port)d
  default_backend back
backend back
  http-reuse always
  server target 127.0.0.1:%(target)d
"""


@dataclass(frozen=True)
class Measured:
    """Requests a second, latencies in milliseconds, and microseconds of CPU that the proxy took for each."""

    rate: float
    p50: float
    p99: float
    cpu: float = 0.0


@dataclass(frozen=True)
class Subject:
    """What is measured: where it listens, and its process."""

    port: int
    pid: int


def bench() -> None:
    """Everything about the load balancer, printed."""
    print(f"load balancer (asked by {'wrk' if shutil.which('wrk') else 'the built-in generator'}):")
    with ExitStack() as running_:
        target = POOL.claim()
        pid = running_.enter_context(_process([sys.executable, "-m", "tests.bench.target", str(target)], target))
        subjects = {"direct": Subject(target, pid), "hivemind": running_.enter_context(_ours(target))}
        for name, start in (("nginx", _nginx), ("haproxy", _haproxy)):
            if shutil.which(name):
                subjects[name] = running_.enter_context(start(target))
            else:
                print(f"  {name} is left out: it is not installed (apt-get install {name})")
        _print(_compared(subjects))
    _print_busy()


def load(subject: Subject, connections: int, seconds: float) -> Measured:
    """Ask as fast as answers come."""
    url, before = f"http://127.0.0.1:{subject.port}/", _cpu_seconds(subject.pid)
    ask = _wrk if shutil.which("wrk") else _generated
    found, took = ask(url, connections, seconds)
    return replace(found, cpu=(_cpu_seconds(subject.pid) - before) * 1e6 / (found.rate * took))


def _compared(subjects: dict[str, Subject]) -> dict[str, tuple[Measured, Measured]]:
    """For each, with 16 connections and with one: the medians of several turns."""
    for subject in subjects.values():
        load(subject, 4, 1.0)
    turns = [{name: (load(one, 16, SECONDS), load(one, 1, SECONDS / 2)) for name, one in subjects.items()}
             for _ in range(TURNS)]  # fmt: skip
    return {name: (_median([t[name][0] for t in turns]), _median([t[name][1] for t in turns])) for name in subjects}


def _median(several: list[Measured]) -> Measured:
    middle = statistics.median
    fields = ("rate", "p50", "p99", "cpu")
    return Measured(*(middle(asdict(one)[name] for one in several) for name in fields))


def _print(found: dict[str, tuple[Measured, Measured]]) -> None:
    for name, (many, one) in found.items():
        print(f"  {name:<10} {many.rate:>8.0f} requests/s  p50 {many.p50:6.3f} ms  p99 {many.p99:6.3f} ms at c=16"
              f"  CPU {many.cpu:5.1f} us/request   p50 {one.p50:6.3f} ms at c=1", flush=True)  # fmt: skip
    rate, added = found["hivemind"][0].rate, found["hivemind"][1].p50 - found["direct"][1].p50
    share = rate / found["nginx"][0].rate if "nginx" in found else 0.0
    ok = rate >= 15_000 or share >= 0.75
    beside = f", {share:.2f} x nginx" if share else ""
    print(f"  {rate:.0f} requests/s{beside}   budget 15000 or 0.75 x nginx  {'ok' if ok else 'MISSED'}")
    print(f"  +{added:.3f} ms p50 at c=1   budget 0.3  {'ok' if added <= 0.3 else 'MISSED'}", flush=True)


def _print_busy() -> None:
    """p99 while the control plane rests, and while four clients keep it busy: apart from it, and on the same cores.

    On AWS the two share no processor; apart, neither do they here, so that what is left is what one does to the other.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        target = POOL.claim()
        pid = stack.enter_context(_process([sys.executable, "-m", "tests.bench.target", str(target)], target))
        cloud = stack.enter_context(running(folder / "home"))
        through = Subject(_through(cloud, target), cloud.status.pid)
        if len(CORES) > 1:
            with _apart(control=cloud.status.pid, traffic=[*_children(cloud.status.pid), pid]):
                still, worked = _busy_p99(cloud, through, {CORES[0]})
            budget = max(still * 1.5, still + 0.25)
            print(f"  budget {budget:.3f}  {'ok' if worked <= budget else 'MISSED'}")
        _busy_p99(cloud, through, set(CORES))


def _busy_p99(cloud: Cloud, through: Subject, cores: set[int]) -> tuple[float, float]:
    """The medians of p99 with the control plane at rest and busy, whose clients may use those cores."""
    quiet, busy = [], []
    for _ in range(TURNS):
        quiet.append(load(through, 1, SECONDS))
        with _busy(cloud, cores) as calls:
            busy.append(load(through, 1, SECONDS))
    still, worked = _median(quiet).p99, _median(busy).p99
    where = "on a core of its own" if len(cores) == 1 else "on the same cores"
    print(f"  p99 {still:.3f} ms quiet, {worked:.3f} ms with a busy control plane {where} ({len(calls)} calls in"
          f" {SECONDS:.0f} s), x {worked / still:.2f} at c=1", flush=True)  # fmt: skip
    return still, worked


@contextmanager
def _apart(*, control: int, traffic: list[int]) -> Iterator[None]:
    """The control plane on the first core; the traffic, and this thread, which asks, on the others."""
    first, others, before = {CORES[0]}, set(CORES[1:]), os.sched_getaffinity(0)
    _pin(control, first)
    for pid in traffic:
        _pin(pid, others)
    os.sched_setaffinity(0, others)
    try:
        yield
    finally:
        for pid in (control, *traffic):
            _pin(pid, set(CORES))
        os.sched_setaffinity(0, before)


def _pin(pid: int, cores: set[int]) -> None:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), cores)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _through(cloud: Cloud, target: int) -> int:
    """A load balancer of the local cloud before the target; its port."""
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"][:2]]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    balancer = elb.create_load_balancer(Name="bench", Subnets=subnets)["LoadBalancers"][0]
    group = elb.create_target_group(Name="bench", Protocol="HTTP", Port=target, VpcId=vpc, TargetType="ip")
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=forward)
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "127.0.0.1", "Port": target}])

    def healthy() -> bool:
        rows = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return [row["TargetHealth"]["State"] for row in rows] == ["healthy"]

    eventually(healthy)
    return int(balancer["DNSName"].partition(":")[2])


@contextmanager
def _busy(cloud: Cloud, cores: set[int]) -> Iterator[list[int]]:
    """Four clients that ask the API as fast as it answers; what is yielded grows by one with each call."""
    over, calls = threading.Event(), list[int]()

    def ask(client: Any) -> None:
        if len(CORES) > 1:
            os.sched_setaffinity(0, cores)
        while not over.is_set():
            client.describe_load_balancers()
            client.describe_target_groups()
            calls.extend((1, 1))

    threads = [threading.Thread(target=ask, args=(cloud.client("elbv2"),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield calls
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def _ours(target: int) -> Iterator[Subject]:
    port = POOL.claim()
    with tempfile.TemporaryDirectory() as folder:
        balancer = Balancer(Path(folder), POOL)
        balancer.start()
        try:
            group = TargetGroup("g", HealthCheck(), (Target("t", target, ("127.0.0.1", target)),))
            balancer.apply(BalancerConfig((Listener("l", "b", port, (Rule((), Forward((("g", 1),))),)),), (group,)))
            eventually(lambda: balancer.health()["g"][0].verdict.state == "healthy")
            yield Subject(port, balancer.pids[0])
        finally:
            balancer.stop()


@contextmanager
def _nginx(target: int) -> Iterator[Subject]:
    with tempfile.TemporaryDirectory() as folder:
        port, file = POOL.claim(), Path(folder) / "nginx.conf"
        file.write_text(NGINX % {"folder": folder, "target": target, "port": port})
        with _process(["nginx", "-c", str(file), "-e", f"{folder}/error.log"], port) as pid:
            yield Subject(port, pid)


@contextmanager
def _haproxy(target: int) -> Iterator[Subject]:
    with tempfile.TemporaryDirectory() as folder:
        port, file = POOL.claim(), Path(folder) / "haproxy.cfg"
        file.write_text(HAPROXY % {"target": target, "port": port})
        with _process(["haproxy", "-q", "-db", "-f", str(file)], port) as pid:
            yield Subject(port, pid)


@contextmanager
def _process(command: list[str], port: int) -> Iterator[int]:
    """A process for as long as needed, once it listens; its id."""
    process = subprocess.Popen(command, cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: _answers(port))
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _cpu_seconds(pid: int) -> float:
    """What a process has used so far: its user and system time."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wrk(url: str, connections: int, seconds: float) -> tuple[Measured, float]:
    whole = max(1, round(seconds))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{whole}s", "--latency", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    shares = dict(re.findall(r"^\s+(50|99)%\s+([\d.]+(?:us|ms|s))$", said, re.MULTILINE))
    if rate is None or "Non-2xx" in said:
        raise RuntimeError(said)
    return Measured(float(rate[1]), _milliseconds(shares["50"]), _milliseconds(shares["99"])), whole


def _milliseconds(text: str) -> float:
    number = text.rstrip("ums")
    return float(number) * UNITS[text[len(number) :]] * 1000


def _generated(url: str, connections: int, seconds: float) -> tuple[Measured, float]:
    began = time.perf_counter()
    result = asyncio.run(_asked(url, connections, seconds))
    took, phase = time.perf_counter() - began, result.phases[0]
    return Measured(phase.requests / took, phase.quantile(0.5) * 1000, phase.quantile(0.99) * 1000), took


async def _asked(url: str, connections: int, seconds: float) -> Result:
    async with LoadGenerator(url, connections=connections) as generator:
        await asyncio.sleep(seconds)
    return generator.result()


if __name__ == "__main__":
    bench()
