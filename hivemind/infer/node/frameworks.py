"""What a project is made with, by the packages it asks for, and what each framework starts, builds and listens on.

Three kinds: a `platform` owns the command that builds and starts it; a `server` is a library that the app's own entry
file uses; a `site` is built into files, and any static server will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hivemind.infer.facts import within
from hivemind.infer.node.manifest import Manifest
from hivemind.infer.tree import Tree

Kind = Literal["platform", "server", "site"]


@dataclass(frozen=True)
class Framework:
    """`start` and `build` are what its own manual says; `output` is the folder of a site; `package` is the sign."""

    name: str
    package: str
    kind: Kind
    port: int = 3000
    start: str = ""
    build: str = ""
    output: str = ""


def _platform(name: str, package: str, start: str, build: str = "", port: int = 3000) -> Framework:
    return Framework(name, package, "platform", port, start, build)


def _server(name: str, package: str, port: int = 3000) -> Framework:
    return Framework(name, package, "server", port)


def _site(name: str, package: str, build: str, output: str) -> Framework:
    return Framework(name, package, "site", 8080, "", build, output)


NITRO = "node .output/server/index.mjs"

PLATFORMS = (
    _platform("redwood", "@redwoodjs/core", ""),
    _platform("blitz", "blitz", "npx blitz start", "npx blitz build"),
    _platform("keystone", "@keystone-6/core", "npx keystone start", "npx keystone build"),
    _platform("next", "next", "npx next start", "npx next build"),
    _platform("nuxt", "nuxt", NITRO, "npx nuxt build"),
    _platform("nuxt", "nuxt3", NITRO, "npx nuxi build"),
    _platform("react-router", "@react-router/serve", "npx react-router-serve build/server/index.js",
              "npx react-router build"),
    _platform("react-router", "@react-router/dev", "", "npx react-router build"),
    _platform("remix", "@remix-run/serve", "npx remix-serve build/server/index.js", "npx remix vite:build"),
    _platform("remix", "@remix-run/dev", "", "npx remix vite:build"),
    _platform("sveltekit", "@sveltejs/kit", "node build", "npx vite build"),
    _platform("tanstack-start", "@tanstack/react-start", NITRO, "npx vite build"),
    _platform("tanstack-start", "@tanstack/start", NITRO, "npx vinxi build"),
    _platform("solid-start", "@solidjs/start", NITRO, "npx vinxi build"),
    _platform("analog", "@analogjs/platform", "node dist/analog/server/index.mjs", "npx vite build"),
    _platform("qwik", "@builder.io/qwik-city", "", "npx qwik build"),
    _platform("angular", "@angular/ssr", "node dist/server/server.mjs", "npx ng build", 4000),
    _platform("astro", "astro", "node dist/server/entry.mjs", "npx astro build", 4321),
    _platform("strapi", "@strapi/strapi", "npx strapi start", "npx strapi build", 1337),
    _platform("strapi", "strapi", "npx strapi start", "npx strapi build", 1337),
    _platform("adonis", "@adonisjs/core", "node build/bin/server.js", "node ace build", 3333),
    _platform("medusa", "@medusajs/medusa", "npx medusa start", "npx medusa build", 9000),
    _platform("directus", "directus", "npx directus start", "", 8055),
    _platform("nitro", "nitropack", NITRO, "npx nitropack build"),
    _platform("meteor", "meteor-node-stubs", ""),
    _platform("sails", "sails", "node app.js", "", 1337),
)  # fmt: skip
SERVERS = (
    _server("nest", "@nestjs/core"), _server("feathers", "@feathersjs/feathers", 3030),
    _server("loopback", "@loopback/core"), _server("loopback", "loopback"), _server("fastify", "fastify"),
    _server("hapi", "@hapi/hapi"), _server("hapi", "hapi"), _server("elysia", "elysia"), _server("hono", "hono"),
    _server("koa", "koa"), _server("restify", "restify", 8080), _server("polka", "polka"),
    _server("parse-server", "parse-server", 1337), _server("express", "express"),
    _server("hyper-express", "hyper-express"), _server("apollo", "@apollo/server", 4000),
    _server("apollo", "apollo-server", 4000), _server("graphql-yoga", "graphql-yoga", 4000),
    _server("micro", "micro"), _server("h3", "h3"), _server("json-server", "json-server"),
    _server("moleculer", "moleculer-web"), _server("socket.io", "socket.io"), _server("ws", "ws", 8080),
    _server("probot", "probot"),
)  # fmt: skip
SITES = (
    _site("gatsby", "gatsby", "npx gatsby build", "public"),
    _site("docusaurus", "@docusaurus/core", "npx docusaurus build", "build"),
    _site("eleventy", "@11ty/eleventy", "npx @11ty/eleventy", "_site"),
    _site("vitepress", "vitepress", "npx vitepress build", ".vitepress/dist"),
    _site("vuepress", "vuepress", "npx vuepress build", ".vuepress/dist"),
    _site("hexo", "hexo", "npx hexo generate", "public"),
    _site("create-react-app", "react-scripts", "npx react-scripts build", "build"),
    _site("vue-cli", "@vue/cli-service", "npx vue-cli-service build", "dist"),
    _site("angular", "@angular/core", "npx ng build", "dist"),
    _site("quasar", "quasar", "npx quasar build", "dist/spa"),
    _site("ember", "ember-cli", "npx ember build --environment=production", "dist"),
    _site("preact-cli", "preact-cli", "npx preact build", "build"),
    _site("umi", "umi", "npx umi build", "dist"),
    _site("rsbuild", "@rsbuild/core", "npx rsbuild build", "dist"),
    _site("webpack", "webpack-dev-server", "npx webpack --mode production", "dist"),
    _site("vite", "vite", "npx vite build", "dist"),
    _site("parcel", "parcel", "npx parcel build", "dist"),
    _site("parcel", "parcel-bundler", "npx parcel build", "dist"),
)
BOTS = (
    "discord.js", "eris", "oceanic.js", "telegraf", "grammy", "node-telegram-bot-api", "whatsapp-web.js",
    "@whiskeysockets/baileys", "baileys", "tmi.js", "twitter-api-v2", "@slack/bolt", "botpress", "puppeteer",
    "bullmq", "bull", "amqplib", "kafkajs", "agenda", "node-cron", "cron", "node-schedule", "mqtt",
)  # fmt: skip
"""Packages of programs that nobody has to ask over HTTP."""
CHATS = BOTS[:13]
"""Those of them that an app is written for."""
DESKTOP = ("electron", "expo", "react-native", "nw")
"""Packages of apps that people install: there is nothing to serve."""
PAGES = ("index.html", "public/index.html", "src/index.html", "app/index.html")


def platform_of(manifest: Manifest) -> Framework | None:
    """The platform the project is built on."""
    return next((framework for framework in PLATFORMS if manifest.has(framework.package)), None)


def server_of(manifest: Manifest, imported: frozenset[str] = frozenset()) -> Framework | None:
    """The library that serves: one the code imports, before one it only asks for when it runs."""
    asked = [framework for framework in SERVERS if manifest.has(framework.package)]
    used = next((framework for framework in asked if framework.package in imported), None)
    return used or next((framework for framework in asked if manifest.runs_with(framework.package)), None)


def site_of(tree: Tree, manifest: Manifest) -> Framework | None:
    """The generator of a site; a bundler is one only beside a page of its own, else it makes another app's assets."""
    for framework in SITES:
        if manifest.has(framework.package):
            is_bundler = framework.name in ("vite", "parcel", "rsbuild", "webpack")
            if not is_bundler or any(tree.exists(within(manifest.folder, page)) for page in PAGES):
                return framework
    return None
