"""What is read from Node code: variables, ports, routes; and what Node itself is told."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from hivemind.infer.detectors.node_server import NODE_OPTIONS
from hivemind.infer.node.environment import environment_reads, written_urls
from hivemind.infer.node.ports import find_listening
from hivemind.infer.node.project import Project
from hivemind.infer.node.routes import find_routes


def sources_of(plant, code, **files):
    tree = plant({"index.ts": code, **{name.replace("__", "/") + ".ts": text for name, text in files.items()}})
    project = Project(tree, ".")
    return tree, project, project.reach(("index.ts",))


@pytest.mark.parametrize(
    "code, required, default",
    [
        ("f(process.env.X)", True, None),
        ("f(process.env.X!)", True, None),
        ("f(process.env['X'])", True, None),
        ("f(process.env.X || 'y')", False, "y"),
        ("f(process.env.X ?? `y`)", False, "y"),
        ("f((process.env.X as string) || 'y')", False, "y"),
        ("f(Number(process.env.X) || 5)", False, "5"),
        ("f(parseInt(process.env.X ?? '5', 10))", False, "5"),
        ("f(parseInt(process.env.X, 10) || 5)", False, "5"),
        ("f(+process.env.X || 5)", False, "5"),
        ("f(process.env.X ? process.env.X : 'y')", False, "y"),
        ("if (process.env.X) { f() }", False, None),
        ("if (!process.env.X) throw new Error('X')", True, None),
        ("if (!process.env.X) { g() }", False, None),
        ("f(process.env.X === 'production')", False, None),
        ("f('a' === process.env.X)", False, None),
        ("process.env.X = 'y'", False, None),
        ("process.env.X ??= 'y'", False, None),
        ("const { X } = process.env", False, None),
        ("const { X } = process.env; if (!X) throw new Error('X')", True, None),
        ("f(process.env.X?.split(','))", False, None),
        ("if (process.env.USE_IT === 'true') { f(process.env.X) }", False, None),
        ("if (process.env.X) { f(process.env.X) }", False, None),
        ("if (process.env.NODE_ENV) { } f(process.env.X)", True, None),
        ("if (!process.env.USE_IT) { f(process.env.X) }", True, None),
        ("const { X = 'y' } = process.env", False, "y"),
        ("import { env } from 'process'; f(env.X)", True, None),
        ("f(Bun.env.X)", True, None),
        ("f(Deno.env.get('X') ?? 'y')", False, "y"),
        ("f(config.get('X', 'y'))", False, "y"),
        ("f(configService.getOrThrow<string>('X'))", True, None),
        ("f(configService.get<number>('X', 3))", False, "3"),
        ("import { z } from 'zod'; z.object({ X: z.string() })", True, None),
        ("import { z } from 'zod'; z.object({ X: z.string().optional() })", False, None),
        ("import { z } from 'zod'; z.object({ X: z\n .coerce.number()\n .default(7) })", False, "7"),
        ("import { cleanEnv, str } from 'envalid'; cleanEnv(process.env, { X: str() })", True, None),
        ("import { cleanEnv, str } from 'envalid'; cleanEnv(process.env, { X: str({ default: 'y' }) })", False, "y"),
        ("import Joi from 'joi'; Joi.object({ X: Joi.string().required() })", True, None),
        ("import Joi from 'joi'; Joi.object({ X: Joi.string() })", False, None),
        ("f(process.env.X || process.env.Y)", False, None),
    ],
)
def test_variables(plant, code, required, default):
    tree, _, sources = sources_of(plant, code)
    found = next(read for read in environment_reads(tree, sources) if read.name == "X")
    assert (found.required, found.default) == (required, default)


@pytest.mark.parametrize(
    "code",
    ["// process.env.X", "f('process.env.X')", "f(my.process.env.X)", "f(process.env)", "f(process.env[x])",
     "/* process.env.X */",
     "z.object({ X: z.string() })"],
)  # fmt: skip
def test_what_reads_no_variable(plant, code):
    tree, _, sources = sources_of(plant, code)
    assert environment_reads(tree, sources) == ()


@pytest.mark.parametrize(
    "code, port, variable",
    [
        ("app.listen(3000)", 3000, None),
        ("app.listen('3000')", 3000, None),
        ("https.createServer(app).listen(443); app.listen(process.env.PORT || 3000)", 3000, "PORT"),
        ("const { PORT = 8000 } = process.env; app.listen(PORT)", 8000, "PORT"),
        ("const { PORT } = process.env; const port = PORT || 3000; app.listen(port)", 3000, "PORT"),
        ("app.listen(process.env.PORT)", None, "PORT"),
        ("app.listen(process.env.PORT || 3000)", 3000, "PORT"),
        ("const port = process.env.PORT || 3000; app.listen(port, () => 1)", 3000, "PORT"),
        ("const PORT = Number(process.env.PORT ?? 3000)\napp.listen(PORT)", 3000, "PORT"),
        ("const port = process.env.PORT; app.listen(port || 3000)", 3000, "PORT"),
        ("app.set('port', process.env.PORT || 3000); app.listen(app.get('port'))", 3000, "PORT"),
        ("const config = { port: parseInt(process.env.APP_PORT) || 4000 }; app.listen(config.port)", 4000, "APP_PORT"),
        ("fastify.listen({ port: 3000, host: '0.0.0.0' })", 3000, None),
        (
            "import { serve } from 'x'; serve({ fetch: app.fetch, port: Number(process.env.PORT) || 8787 })",
            8787,
            "PORT",
        ),
        ("Bun.serve({ port: Bun.env.PORT || 3000, fetch() {} })", 3000, "PORT"),
        ("Deno.serve({ port: 8001 }, handler)", 8001, None),
        ("export default { port: 3001, fetch: app.fetch }", 3001, None),
        ("import c from './config'; app.listen(c.port)", 5000, "PORT"),
        ("import { PORT } from './config'; app.listen(PORT)", 6000, None),
        ("import { env } from './schema'; app.listen(env.PORT)", 7000, "PORT"),
        ("Hapi.server({ port: process.env.PORT || 3000, host: 'localhost' })", 3000, "PORT"),
        ("const port = process.env.PORT ? Number(process.env.PORT) : 3000; app.listen(port)", 3000, "PORT"),
    ],
)
def test_ports(plant, code, port, variable):
    tree, _, sources = sources_of(
        plant,
        code,
        config="export default { port: process.env.PORT || 5000 }; export const PORT = 6000",
        schema="import { z } from 'zod'\nexport const env = z.object({ PORT: z.coerce.number().default(7000) })",
    )
    found = find_listening(tree, sources)
    assert found
    assert (found.port, found.variable) == (port, variable)


@pytest.mark.parametrize("code", ["// app.listen(3000)", "emitter.on('listen', f)", "const text = 'app.listen(3000)'"])
def test_what_does_not_listen(plant, code):
    tree, _, sources = sources_of(plant, code)
    assert find_listening(tree, sources) is None


@pytest.mark.parametrize(
    "code, paths",
    [
        ("app.get('/health', (q, r) => r.end())", {"/health"}),
        ("app.post('/health', f)", set()),
        ("app.get('/users/:id', f)", set()),
        ("axios.get('/health', f)", set()),
        ("app.get('port')", set()),
        ("const r = Router(); r.get('/b', f); app.use('/a', r)", {"/a/b"}),
        ("import r from './router'; app.use('/api', r)", {"/api/x", "/api/deep/y"}),
        ("app.use('/api', require('./router'))", {"/api/x", "/api/deep/y"}),
        ("import routes from './plugin'; fastify.register(routes, { prefix: '/v1' })", {"/v1/z"}),
        ("router.route('/x').get(f).post(g)", {"/x"}),
        ("server.route({ method: 'GET', path: '/x', handler: f })", {"/x"}),
        ("server.route({ method: 'POST', path: '/x', handler: f })", set()),
        (
            "module.exports = [{ method: 'GET', path: '/x', handler: f }, { method: ['GET'], path: '/y', handler: f }]",
            {"/x", "/y"},
        ),
        ("axios({ method: 'GET', url: '/x' })", set()),
        ("const app = new Hono().basePath('/v1'); app.get('/x', f)", {"/v1/x"}),
        ("const router = new Router({ prefix: '/a' }); router.get('/x', f)", {"/a/x"}),
        ("app.use('/health', (req, res) => res.sendStatus(200))", {"/health"}),
        ("app.use('/x', (req, res, next) => next())", set()),
        ("@Controller('cats') class A { @Get('all') x() {} @Get(':id') y() {} @Post() z() {} }", {"/cats/all"}),
        ("@Controller() class A { @Get() x() {} }", {"/"}),
        (
            "app.setGlobalPrefix('api', { exclude: ['health'] }); @Controller('health') class A { @Get() x() {} }",
            {"/health"},
        ),
        ("app.setGlobalPrefix('api'); @Controller({ path: 'health' }) class A { @Get() x() {} }", {"/api/health"}),
    ],
)
def test_routes(plant, code, paths):
    tree, project, sources = sources_of(
        plant,
        code,
        router="import d from './deep'; const r = Router(); r.get('/x', f); r.use('/deep', d); export default r",
        deep="const d = Router(); d.get('/y', f); export default d",
        plugin="export default async function (fastify) { fastify.get('/z', f) }",
    )
    assert {route.path for route in find_routes(tree, project, sources)} == paths


def test_urls_in_code(plant):
    tree, _, sources = sources_of(
        plant, "connect('mongodb://localhost/x'); // postgres://nowhere\nf(`redis://${host}`)"
    )
    assert [(url.scheme, url.quote.line) for url in written_urls(tree, sources)] == [("mongodb", 1), ("redis", 2)]


def test_imports_are_followed_through_aliases(plant):
    tree = plant({
        "tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@app/*": ["src/*"]}}}',
        "src/main.ts": "import '@app/a'; import 'src/b'; import './c.js'; import '../../outside'; import 'express'",
        "src/a.ts": "", "src/b.ts": "", "src/c.ts": "", "src/unreached.ts": "",
    })  # fmt: skip
    reached = Project(tree, ".").reach(("src/main.ts",))
    assert [source.path for source in reached] == ["src/main.ts", "src/a.ts", "src/b.ts", "src/c.ts"]


MAKE = "const s = require('http').createServer();"
LISTEN = "s.listen(0, () => { console.log(s.keepAliveTimeout); s.close() })"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
@pytest.mark.parametrize(
    "program, kept",
    [
        (f"{MAKE} {LISTEN}", 75_000),
        (f"const {{ Server }} = require('node:http'); const s = new Server(); {LISTEN}", 75_000),
        (f"{MAKE} s.keepAliveTimeout = 9000; {LISTEN}", 9000),
    ],
)
def test_node_keeps_connections_longer_than_the_balancer_unless_the_code_says_otherwise(program, kept):
    environment = {**os.environ, "NODE_OPTIONS": NODE_OPTIONS}
    said = subprocess.run(["node", "-e", program], env=environment, capture_output=True, text=True, check=True)
    assert int(said.stdout) == kept
