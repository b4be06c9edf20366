"""What Node needs of its surroundings: production mode, developers' packages all the same, and patient connections.

A load balancer keeps its connections open for 60 s. Node closes an idle one after 5 s, perhaps just when the balancer
sends a request over it, and the visitor gets a 502. No server of Node takes this from a variable, so a module in a URL
is loaded before the app (`--import`, Node 18.19 and later): it raises the timeout of every server that still has the
default when it begins to listen. What the code sets itself stays as it is.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from hivemind.infer.command import is_development
from hivemind.infer.facts import Reading, Service, fact, question
from hivemind.infer.node.commands import commands
from hivemind.infer.node.manifest import load
from hivemind.model.findings import Question

PATIENCE = (
    "import{Server}from'node:http';"
    "const{listen}=Server.prototype;"
    "Server.prototype.listen=function(...to){"
    "if(this.keepAliveTimeout===5000){this.keepAliveTimeout=75000;this.headersTimeout=Math.max(this.headersTimeout,76000)}"
    "return listen.apply(this,to)}"
)
NODE_OPTIONS = f"--import=data:text/javascript;base64,{b64encode(PATIENCE.encode()).decode()}"
"""Encoded, since neither a shell, nor systemd, nor Node itself then finds anything to interpret in it."""

DEVELOPERS_TOO: Mapping[str, Mapping[str, str]] = {
    "npm": {"NPM_CONFIG_INCLUDE": "dev"},
    "pnpm": {"NPM_CONFIG_PRODUCTION": "false"},
    "yarn": {"YARN_PRODUCTION": "false"},
}
"""Manager → what makes it install the packages that build the app although NODE_ENV says production."""


def detect(service: Service) -> Reading:
    """A fact about `env`; a question where what is started is made for development."""
    if not service.candidate or service.candidate.language != "node":
        return Reading()
    questions = _for_development(service)
    found, manager = service.facts.get("env"), service.facts.get("package_manager")
    own = found.value if found and isinstance(found.value, dict) else {}
    settings = {"NODE_ENV": "production", **DEVELOPERS_TOO.get(str(manager.value) if manager else "", {})}
    why = "libraries expect to be told that this is production"
    if service.spec.kind == "web":
        settings["NODE_OPTIONS"] = NODE_OPTIONS
        why += "; idle connections must outlive the load balancer's 60 s, or visitors get 502s"
    return Reading({"env": fact({**settings, **own}, why)}, questions)


def _for_development(service: Service) -> tuple[Question, ...]:
    """A question where a file such as the Procfile starts a script that is for development, as `npm start` may be."""
    manifest = load(service.tree, service.spec.path)
    is_known = service.start is None or service.start.evidence.source == "spec" or is_development(service.command)
    if manifest is None or is_known:
        return ()
    if not any(command.is_development for command in commands(service.command, manifest.scripts)):
        return ()
    inferred = service.facts.get("start")
    better = (str(inferred.value),) if inferred and inferred.value != service.command else ()
    why = f"`{service.command}` starts a server for development: set app.start to one for production"
    return (question("start", why, *better),)
