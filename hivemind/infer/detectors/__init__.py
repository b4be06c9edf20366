"""The detectors, in the order they are asked.

To add a language: write `detect(tree, folder, image) -> Candidate | None` in a file here and a line in `LANGUAGES`. The
heaviest candidate wins; where two weigh the same, the earlier line. To add a need: write `detect(service) -> Reading`
and a line in `NEEDS`; where two say something of the same field, the earlier line wins.
"""

from __future__ import annotations

from collections.abc import Callable

from hivemind.infer.detectors import (
    cache,
    companions,
    cpp,
    database,
    deno,
    docker,
    dotnet,
    elixir,
    environment,
    gleam,
    go,
    health,
    java,
    node,
    node_server,
    php,
    port,
    python,
    python_server,
    ruby,
    rust,
    shell,
    start,
    static,
    worker,
)
from hivemind.infer.facts import Candidate, Reading, Service
from hivemind.infer.tree import Tree
from hivemind.model.image import IMAGES, Image, ImageName

LanguageDetector = Callable[[Tree, str, Image], Candidate | None]
NeedDetector = Callable[[Service], Reading]

LANGUAGES: tuple[LanguageDetector, ...] = (
    python.detect,
    go.detect,
    java.detect,
    dotnet.detect,
    rust.detect,
    cpp.detect,
    gleam.detect,
    ruby.detect,
    php.detect,
    elixir.detect,
    static.detect,
    docker.detect,
    shell.detect,
    node.detect,
    deno.detect,
)


def candidates(tree: Tree, folder: str, image: ImageName) -> tuple[Candidate, ...]:
    """Every reading of a folder as an app, in the order of the languages."""

    def read() -> tuple[Candidate, ...]:
        return tuple(found for detect in LANGUAGES if (found := detect(tree, folder, IMAGES[image])))

    return tree.once(("candidates", folder, image), read)


NEEDS: tuple[NeedDetector, ...] = (
    port.detect,
    start.detect,
    python_server.detect,
    node_server.detect,
    health.detect,
    database.detect,
    cache.detect,
    companions.detect,
    environment.detect,
    worker.detect,
)
