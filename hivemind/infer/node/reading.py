"""What an app's code says: the files its entry reaches, and those that a framework loads by their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hivemind.infer.facts import Code, Dependency, EnvRead, Route, within
from hivemind.infer.node.app import App
from hivemind.infer.node.environment import environment_reads, written_urls
from hivemind.infer.node.file_routes import file_routes
from hivemind.infer.node.frameworks import Framework
from hivemind.infer.node.manifest import Manifest
from hivemind.infer.node.ports import Listening, find_listening
from hivemind.infer.node.project import ENDINGS
from hivemind.infer.node.routes import find_routes
from hivemind.infer.node.source import Source
from hivemind.infer.node.stores import configured, prisma_reads, prisma_stores

MAX_PLACED = 150
PLACES: dict[str, tuple[str, ...]] = {
    "next": ("app/*/route.*", "src/app/*/route.*", "pages/api/*", "src/pages/api/*", "lib/*", "src/lib/*", "server/*",
             "src/server/*", "env.*", "src/env.*", "auth.*", "src/auth.*", "instrumentation.*", "db/*", "src/db/*",
             "src/utils/*", "utils/*", "next.config.*", "app/page.*", "src/app/page.*", "payload.config.*",
             "src/payload.config.*"),
    "nuxt": ("nuxt.config.*", "server/*", "src/server/*"),
    "nitro": ("nitro.config.*", "server/*", "routes/*", "api/*"),
    "sveltekit": ("src/hooks.server.*", "src/*+server.*", "src/*+page.server.*", "src/*+layout.server.*",
                  "src/lib/server/*"),
    "astro": ("src/pages/*.ts", "src/pages/*.js", "src/middleware.*", "src/lib/*", "astro.config.*", "src/env.*"),
    "remix": ("app/entry.server.*", "app/root.*", "app/routes/*", "server.*", "server/*", "app/*.server.*"),
    "react-router": ("app/entry.server.*", "app/root.*", "app/routes/*", "server.*", "server/*", "app/*.server.*"),
    "strapi": ("config/*",), "adonis": ("bin/*", "start/*", "config/*"), "sails": ("app.js", "config/*"),
    "medusa": ("medusa-config.*", "src/api/*"), "keystone": ("keystone.*",), "redwood": ("api/src/*",),
    "solid-start": ("src/routes/api/*", "src/lib/*"), "tanstack-start": ("src/routes/api/*", "src/server/*"),
    "angular": ("server.ts", "src/server.ts"),
    "fastify": ("routes/*", "plugins/*", "src/routes/*", "src/plugins/*"),
}  # fmt: skip
"""Files that a framework loads without an import."""
SETTINGS = ("drizzle.config.ts", "knexfile.js", "knexfile.ts", "prisma.config.ts", "ormconfig.js", "data-source.ts")


@dataclass(frozen=True)
class CodeReading:
    """The code of an app; nothing is read of a site, whose code runs in the browser."""

    app: App
    framework: Framework | None

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The files, the entry first."""
        if self.framework and self.framework.kind == "site":
            return ()
        return self.app.project.reach(tuple(dict.fromkeys(self._entries())))

    @cached_property
    def listening(self) -> Listening | None:
        """Where the code listens."""
        return find_listening(self.app.tree, self.sources)

    @cached_property
    def reads(self) -> tuple[EnvRead, ...]:
        """The variables that are read, Prisma's included."""
        tree = self.app.tree
        return (
            *environment_reads(tree, self.sources),
            *(r for one in self._manifests for r in prisma_reads(tree, one)),
        )

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes of the code and of the files."""
        name = self.framework.name if self.framework else ""
        placed = file_routes(self.app.tree, self.app.owner.folder, name)
        return (*placed, *find_routes(self.app.tree, self.app.project, self.sources))

    @property
    def code(self) -> Code:
        """All of it in no language's own words."""
        tree = self.app.tree
        asked = (dependency for manifest in self._manifests for dependency in manifest.dependencies)
        found = dict.fromkeys((*asked, *self._built_in()))
        stores = [*configured(tree, self.app.owner, self.sources)]
        stores += [store for manifest in self.app.linked.values() for store in prisma_stores(tree, manifest)]
        return Code(tuple(found), self.reads, self.routes, written_urls(tree, self.sources), tuple(stores))

    @property
    def _manifests(self) -> tuple[Manifest, ...]:
        """The app's manifest, that of the folder it is started from, and those of the packages it uses."""
        return (self.app.owner, self.app.manifest, *self.app.linked.values())

    def _built_in(self) -> Iterator[Dependency]:
        """The databases that the runtimes bring along: `node:sqlite`, `bun:sqlite`."""
        for source in self.sources:
            for name, line in source.imports:
                if name in ("node:sqlite", "bun:sqlite"):
                    yield Dependency(name, frozenset(), self.app.tree.quote(source.path, line))

    def _entries(self) -> Iterator[str]:
        if self.app.entry:
            yield self.app.entry
        folder = self.app.owner.folder
        placed: list[str] = []
        for pattern in self._places():
            base = within(folder, pattern.rpartition("/")[0]).partition("/*")[0]
            if "/" in pattern and base.rstrip("*") not in self.app.tree.folders:
                continue
            placed += [path for path in self.app.tree.find(pattern, folder) if path.endswith(ENDINGS)]
        yield from placed[:MAX_PLACED]
        yield from (path for name in SETTINGS if self.app.tree.exists(path := within(folder, name)))

    def _places(self) -> Sequence[str]:
        name = self.framework.name if self.framework else ""
        if name == "fastify" and not self.app.owner.has("@fastify/autoload", "fastify-autoload"):
            return ()
        return PLACES.get(name, ())
