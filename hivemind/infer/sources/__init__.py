"""The files beside the code that say how the app is run, each with one reader `(tree, service) -> Reading`.

    DEPLOYED   written for a platform that runs the app: their commands are stronger than what the code lets us infer
    CONTAINED  written for a container, a developer or as an example: weaker, since much in them is not the app's own

Within a tuple the earlier line wins. Ports, health paths, servers and variables of both are weighed by the detectors of
needs, in this order.
"""

from __future__ import annotations

from collections.abc import Callable

from hivemind.infer.facts import Reading
from hivemind.infer.procfile import read_procfile
from hivemind.infer.sources.app_engine import read_app_engine
from hivemind.infer.sources.app_json import read_app_json
from hivemind.infer.sources.app_runner import read_app_runner
from hivemind.infer.sources.compose import read_compose
from hivemind.infer.sources.copilot import read_copilot
from hivemind.infer.sources.dotenv import read_dotenv
from hivemind.infer.sources.fly import read_fly
from hivemind.infer.sources.heroku_yml import read_heroku_yml
from hivemind.infer.sources.image import read_image
from hivemind.infer.sources.kamal import read_kamal
from hivemind.infer.sources.kubernetes import read_kubernetes
from hivemind.infer.sources.orm import read_orm
from hivemind.infer.sources.railway import read_builders, read_railway
from hivemind.infer.sources.render_yaml import read_render
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

Source = Callable[[Tree, ServiceSpec], Reading]

DEPLOYED: tuple[Source, ...] = (
    read_procfile,
    read_railway,
    read_render,
    read_fly,
    read_builders,
    read_app_engine,
    read_copilot,
    read_app_runner,
    read_heroku_yml,
    read_kamal,
)
CONTAINED: tuple[Source, ...] = (
    read_image,
    read_compose,
    read_kubernetes,
    read_app_json,
    read_orm,
    read_dotenv,
)
