"""Heroku's app.json: add-ons, the variables an app asks for, and what prepares its database."""

from __future__ import annotations

from hivemind.infer.command import migration
from hivemind.infer.documents import Node, load
from hivemind.infer.engines import engine_of_word
from hivemind.infer.facts import EnvRead, Fact, Reading, Store, fact, within
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILE = "app.json"
ADDONS = {"jawsdb": "mysql", "cleardb": "mysql", "jawsdb-maria": "mariadb", "mongolab": "mongodb", "mongohq": "mongodb",
          "heroku-redis": "redis", "rediscloud": "redis", "rediscloudlabs": "redis", "redistogo": "redis",
          "openredis": "redis", "memcachier": "memcached", "memcachedcloud": "memcached", "cloudamqp": "rabbitmq",
          "heroku-postgresql": "postgres", "heroku-kafka": "kafka", "bonsai": "elasticsearch",
          "searchbox": "elasticsearch", "foundelasticsearch": "elasticsearch"}  # fmt: skip


def read_app_json(tree: Tree, service: ServiceSpec) -> Reading:
    """Stores by add-on, variables, and `migrate` by what runs after a deployment."""
    root = load(tree, within(service.path, FILE))
    script, facts = root.get("scripts", "postdeploy"), dict[str, Fact]()
    if command := migration(script.text):
        facts["migrate"] = fact(command, f"{FILE} runs it after a deployment", script.quote, confidence="likely")
    check = next(iter(root.get("healthchecks", "web").list()), root).get("path")
    if check.text.startswith("/"):
        facts["health_path"] = fact(check.text, f"{FILE} checks the health there", check.quote)
    return Reading(facts, (), _stores(root), _variables(root))


def _stores(root: Node) -> tuple[Store, ...]:
    plans = [node.get("plan") or node for node in root.get("addons").list()]
    return tuple(
        Store(engine, "declared", f"{FILE} asks for the add-on {node.text.partition(':')[0]}", node.quote)
        for node in plans
        if (engine := engine_of_addon(node.text))
    )


def engine_of_addon(plan: str) -> str:
    """The engine of an add-on by its plan: `heroku-postgresql:mini` → `postgres`."""
    name = plan.partition(":")[0]
    return ADDONS.get(name) or engine_of_word(name.removeprefix("heroku-"))


def _variables(root: Node) -> tuple[EnvRead, ...]:
    """A plain value or one with `value` or `generator` is a default; `required: false` forgives."""
    found = []
    for name, node in root.get("env").items():
        value = node.get("value").text or node.text
        has_value = bool(value or node.get("generator").text)
        is_required = not has_value and node.get("required").text != "false"
        found.append(EnvRead(name, is_required, value or None, node.quote))
    return tuple(found)
