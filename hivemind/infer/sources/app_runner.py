"""AWS App Runner's apprunner.yaml: command, port and variables."""

from __future__ import annotations

from hivemind.infer.documents import load
from hivemind.infer.facts import EnvRead, Fact, Reading, fact, within
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILE = "apprunner.yaml"


def read_app_runner(tree: Tree, service: ServiceSpec) -> Reading:
    """What its `run` section says."""
    run = load(tree, within(service.path, FILE)).get("run")
    command, port, facts = run.get("command"), run.get("network", "port"), dict[str, Fact]()
    if command.text:
        facts["start"] = fact(command.text, f"{FILE} runs it", command.quote)
    if number := usable(port.text):
        facts["port"] = fact(number, f"{FILE} names it", port.quote, confidence="likely")
    plain = (EnvRead(one.get("name").text, False, one.get("value").text, one.quote) for one in run.get("env").list())
    secret = (EnvRead(one.get("name").text, True, None, one.quote) for one in run.get("secrets").list())
    return Reading(facts, (), (), tuple(read for read in (*secret, *plain) if read.name))
