"""What the files beside the code say, form by form."""

from __future__ import annotations

import pytest

from hivemind.infer.facts import Reading
from hivemind.infer.procfile import read_procfile, serves_root
from hivemind.infer.sources.app_json import read_app_json
from hivemind.infer.sources.compose import built_services, read_compose
from hivemind.infer.sources.database_yml import read_database_yml
from hivemind.infer.sources.fly import read_fly
from hivemind.infer.sources.orm import read_orm
from hivemind.infer.sources.railway import read_builders, read_railway
from hivemind.infer.sources.render_yaml import read_render
from hivemind.model.spec import ServiceSpec

WEB = ServiceSpec()


def values(reading: Reading) -> dict[str, object]:
    return {name: found.value for name, found in reading.facts.items()}


def compose(plant, web: str, *others: str, service: ServiceSpec = WEB, **files: str) -> Reading:
    text = "\n".join(("services:", "  web:", "    build: .", f"    {web}", *others))
    return read_compose(plant({"compose.yaml": text, "app.py": "", **files}), service)


@pytest.mark.parametrize(
    "ports, port",
    [
        ("['8000:5000']", 5000),
        ("['127.0.0.1:8000:5000/tcp']", 5000),
        ("['5000']", 5000),
        ("[5000]", 5000),
        ("['8000:80', '8443:8443']", 8443),
        ("['53:5353/udp', '8000:8000']", 8000),
        ("['${PORT:-8000}:5000']", 5000),
        ("['80:${PORT:-5000}']", 5000),
        ("['80:${PORT}']", None),
        ("['3000-3005:4000-4005']", 4000),
        ("[{target: 5000, published: 80}]", 5000),
        ("[{published: 80}]", None),
        ("{a: 1}", None),
        ("8000", None),
    ],
)
def test_compose_ports(plant, ports, port):
    assert values(compose(plant, f"ports: {ports}")).get("port") == port


@pytest.mark.parametrize(
    "command, start, migrate",
    [
        ("gunicorn app:app", "gunicorn app:app", None),
        ("['gunicorn', '--bind', ':8000', 'app:app']", "gunicorn --bind :8000 app:app", None),
        ("sh -c 'python manage.py migrate && gunicorn a'", "gunicorn a", "python manage.py migrate"),
        ("python manage.py runserver 0.0.0.0:8000", None, None),
        ("/start", None, None),
        ("./entrypoint.sh", None, None),
        ("npm run dev", None, None),
        ("[1, {a: b}]", "1", None),
    ],
)
def test_compose_commands(plant, command, start, migrate):
    found = values(compose(plant, f"command: {command}"))
    assert (found.get("start"), found.get("migrate")) == (start, migrate)


@pytest.mark.parametrize(
    "test, path",
    [
        ("['CMD', 'curl', '-f', 'http://localhost:8000/health']", "/health"),
        ("curl --fail http://127.0.0.1:8000/up || exit 1", "/up"),
        ("['CMD-SHELL', 'wget -qO- http://0.0.0.0:8000/api/health?x=1']", "/api/health"),
        ("curl http://localhost:8000", None),
        ("curl http://elsewhere.example/health", None),
        ("['CMD', 'pg_isready']", None),
        ("{a: b}", None),
    ],
)
def test_compose_health(plant, test, path):
    assert values(compose(plant, f"healthcheck: {{test: {test}}}")).get("health_path") == path


def test_compose_variables(plant):
    web = "environment: ['A=1', 'B=', C, 'D=${D}', 'E=${E:?no}', 'F=${F:-x}', 'G=${G-x}', '1=2']"
    reads = {read.name: read.required for read in compose(plant, web).reads}
    assert reads == {"A": False, "B": True, "C": True, "D": True, "E": True, "F": False, "G": False}


def test_compose_servers_beside_another_service_count_where_they_are_linked(plant):
    text = (
        "services:\n  api: {build: api, depends_on: {db: {}}}\n  site: {build: ./site}\n"
        "  jobs: {build: jobs, environment: {URL: 'redis://cache:6379'}}\n"
        "  db: {image: postgres}\n  cache: {image: redis}\n"
    )
    tree = plant({"docker-compose.yml": text, "api/app.py": "", "site/app.py": "", "jobs/app.py": ""})
    found = {
        folder: [store.engine for store in read_compose(tree, ServiceSpec(path=folder)).stores]
        for folder in ("api", "site", "jobs")
    }
    assert found == {"api": ["postgres"], "site": [], "jobs": ["redis"]}


def test_compose_contexts(plant):
    text = (
        "services:\n  a: {build: {context: ., dockerfile: apps/a/Dockerfile}}\n"
        "  b: {build: {context: ., dockerfile: d/D}}\n  c: {build: ../outside}\n"
        "  d: {build: 'https://example.com/x.git'}\n  e: {build: /abs}\n  f: {build: missing}\n"
        "  g: {build: ., image: mine}\n  h: {image: mine}\n"
    )
    tree = plant({"compose.yml": text, "apps/a/package.json": "{}", "d/D": "FROM x"})
    assert {one.name: one.folder for one in built_services(tree, ".")} == {"a": "apps/a", "b": ".", "g": ".", "h": "."}


def test_fly_forms(plant):
    old = '[[services]]\ninternal_port = 3000\n[[services.http_checks]]\npath = "/up"\n'
    assert values(read_fly(plant({"fly.toml": old}), WEB)) == {"port": 3000, "health_path": "/up"}
    named = '[services]\ninternal_port = "4000"\n[checks.alive]\npath = "/alive"\n[deploy]\nrelease_command = "x"\n'
    found = values(read_fly(plant({"fly.toml": named}), WEB))
    assert found == {"port": 4000, "health_path": "/alive", "migrate": "x"}


def test_render_forms(plant):
    text = (
        "services:\n"
        "- {type: web, name: x, startCommand: ':', healthCheckPath: /h, envVars: [{key: PORT, value: 3000}]}\n"
        "- {type: cron, name: c, startCommand: y}\n- {type: worker, name: w, startCommand: z}\n"
    )
    tree = plant({"render.yaml": text, "app.py": ""})
    assert values(read_render(tree, WEB)) == {"port": 3000, "health_path": "/h"}
    assert values(read_render(tree, ServiceSpec(name="w", kind="worker"))) == {"start": "z"}


def test_railway_forms(plant):
    text = '[deploy]\nstartCommand = "a"\npreDeployCommand = "b"\nhealthcheckPath = "no-slash"\n'
    assert values(read_railway(plant({"railway.toml": text}), WEB)) == {"start": "a", "migrate": "b"}
    assert values(read_builders(plant({"railpack.json": '{"deploy": {"startCommand": "c"}}'}), WEB)) == {"start": "c"}


def test_app_json_env(plant):
    text = '{"env": {"A": "x", "B": {"required": true}, "C": {"required": false}, "D": {"generator": "x"}, "E": {}}}'
    reads = {read.name: read.required for read in read_app_json(plant({"app.json": text}), WEB).reads}
    assert reads == {"A": False, "B": True, "C": False, "D": False, "E": True}


def test_an_app_json_of_expo_says_nothing(plant):
    assert read_app_json(plant({"app.json": '{"expo": {"name": "x"}}'}), WEB) == Reading()


@pytest.mark.parametrize(
    "text, engine",
    [
        ("default: &d\n  adapter: postgresql\nproduction:\n  <<: *d\n", "postgres"),
        ("default:\n  adapter: sqlite3\nproduction:\n  adapter: mysql2\n", "mysql"),
        ("development:\n  adapter: sqlite3\n", None),
        ("production:\n  primary:\n    adapter: trilogy\n", None),
        ("production:\n  url: postgres://x\n", "postgres"),
        ("production:\n  adapter: <%= ENV['X'] || 'postgresql' %>\n", "postgres"),
        (":\n:::\n", None),
    ],
)
def test_database_yml(plant, text, engine):
    found = read_database_yml(plant({"config/database.yml": text}), "config/database.yml")
    assert next((store.engine for store in found), None) == engine


@pytest.mark.parametrize(
    "name, text, engine",
    [
        ("prisma/schema.prisma", 'datasource db {\n  provider = "cockroachdb"\n}', "postgres"),
        ("drizzle.config.ts", "export default {\n  dialect: 'sqlite',\n}", "sqlite"),
        ("knexfile.js", "module.exports = {\n  client: 'pg',\n}", "postgres"),
        ("src/data-source.ts", "new DataSource({\n  type: 'mysql',\n})", "mysql"),
        ("shop/settings/base.py", "X = {\n  'ENGINE': 'django.db.backends.postgresql',\n}", "postgres"),
        ("shop/settings.py", "X = {\n  # 'ENGINE': 'django.db.backends.mysql',\n}", None),
        ("shop/settings/test.py", "X = {\n  'ENGINE': 'django.db.backends.sqlite3',\n}", None),
        ("src/main/resources/application.properties", "spring.datasource.url=${U:jdbc:mysql://x}", "mysql"),
        ("src/main/resources/application.yml", "spring:\n  datasource:\n    url: jdbc:h2:mem:x", "h2"),
        ("src/main/resources/application.properties", "quarkus.datasource.db-kind=postgresql", "postgres"),
        ("lib/shop/repo.ex", "use Ecto.Repo,\n  otp_app: :shop,\n  adapter: Ecto.Adapters.MyXQL", "mysql"),
        (".env.example", "DB_CONNECTION=pgsql", "postgres"),
        (".env.example", "# DB_CONNECTION=pgsql", None),
        ("examples/prisma/schema.prisma", 'datasource db {\n  provider = "mysql"\n}', None),
    ],
)
def test_orm_settings(plant, name, text, engine):
    assert next((store.engine for store in read_orm(plant({name: text}), WEB).stores), None) == engine


def test_a_shared_schema_is_the_service_s_that_uses_it(plant):
    tree = plant({
        "apps/web/package.json": '{"dependencies": {"@x/api": "*"}}', "apps/site/package.json": "{}",
        "packages/api/package.json": '{"name": "@x/api", "dependencies": {"@x/db": "*"}}',
        "packages/db/package.json": '{"name": "@x/db"}',
        "packages/db/prisma/schema.prisma": 'datasource db {\n  provider = "mysql"\n}\n',
    })  # fmt: skip
    assert [store.engine for store in read_orm(tree, ServiceSpec(path="apps/web")).stores] == ["mysql"]
    assert not read_orm(tree, ServiceSpec(path="apps/site")).stores


def test_a_procfile_that_changes_into_a_folder(plant):
    tree = plant(
        {"Procfile": "web: cd ./api && gunicorn app:app\nrelease: cd api; flask db upgrade\n", "api/app.py": ""}
    )
    found = values(read_procfile(tree, ServiceSpec(path="api")))
    assert (found["start"], found["migrate"]) == ("gunicorn app:app", "flask db upgrade")
    assert not serves_root(tree)
    assert values(read_procfile(tree, ServiceSpec(path="other"))) == {}


def test_a_process_is_found_by_the_name_that_its_service_got(plant):
    tree = plant({"Procfile": "web: a\ncelery_worker_for_reports: b\nClock: c\n"})
    starts = [
        values(read_procfile(tree, ServiceSpec(name=name, kind="worker")))["start"]
        for name in ("celery-worker-for-re", "clock")
    ]
    assert starts == ["b", "c"]
