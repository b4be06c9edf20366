"""Needs: server, port, health path, database, cache and environment of small Flask apps."""

from __future__ import annotations

import pytest

from hivemind.infer.infer import infer
from hivemind.model.findings import Findings, ServiceFindings, StoreNeed
from hivemind.model.spec import EnvironmentSpec, SecretRef, ServiceSpec, Spec

APP = "from flask import Flask\nimport os\napp = Flask(__name__)\n"
ROOT = "@app.get('/')\ndef root(): ...\n"


def findings(plant, code="", requirements="flask\ngunicorn", spec=None, **files) -> Findings:
    named = {name.replace("_", "."): text for name, text in files.items()}
    tree = plant({"app.py": APP + code, "requirements.txt": requirements, **named})
    service = spec or ServiceSpec()
    return infer(tree, Spec(name="x", services=(service,), environments={"local": EnvironmentSpec()}))


def service(plant, *args, **kwargs) -> ServiceFindings:
    return findings(plant, *args, **kwargs).services[0]


def asked(found: Findings) -> set[str]:
    return {question.field for question in found.unsure}


@pytest.mark.parametrize(
    "command, port, port_env",
    [
        ("gunicorn app:app", 8000, "PORT"),
        ("gunicorn -b :$PORT app:app", 8000, "PORT"),
        ("gunicorn -b :${PORT:-5000} app:app", 5000, "PORT"),
        ("PORT=5000 python app.py", 5000, None),
        ("env A=b PORT=5000 python app.py", 5000, None),
        ("python app.py --port=5000", 5000, None),
        ("mkdir -p 5000x && gunicorn app:app", 8000, "PORT"),
        ("gunicorn -b 0.0.0.0:5000 app:app", 5000, None),
        ("gunicorn --bind=127.0.0.1:5000 app:app", 5000, None),
        ("gunicorn --bind '[::]:5000' app:app", 5000, None),
        ("waitress-serve --listen=*:5000 app:app", 5000, None),
        ("flask run -p 5000", 5000, None),
        ("gunicorn -b :80 app:app", 8000, "PORT"),
        ("gunicorn -b unix:/run/x.sock app:app", 8000, "PORT"),
    ],
)
def test_port_by_the_start_command(plant, command, port, port_env):
    found = service(plant, Procfile=f"web: {command}")
    assert found.port == port
    assert found.port_env == ("FLASK_RUN_PORT" if command.startswith("flask") and port_env else port_env)


@pytest.mark.parametrize(
    "dockerfile, code, port",
    [
        ("EXPOSE 3000", "app.run(port=5000)", 3000),
        ("EXPOSE 80", "app.run(port=5000)", 5000),
        ("expose 3000/tcp", "", 3000),
        ("# EXPOSE 3000", "", 8000),
        ("EXPOSE $PORT", "", 8000),
        ("EXPOSE 99999", "", 8000),
    ],
)
def test_port_by_what_the_repository_says(plant, dockerfile, code, port):
    assert service(plant, code, Dockerfile=f"FROM python\n{dockerfile}").port == port


def test_health_path_is_what_is_served_where_the_root_is_not(plant):
    found = findings(plant, "@app.get('/items')\ndef items(): ...\n")
    assert found.services[0].health_path == "/items"
    assert asked(found) == {"web.health_path"}


@pytest.mark.parametrize(
    "paths, health",
    [
        (["/", "/healthz"], "/healthz"),
        (["/status", "/health"], "/health"),
        (["/api/healthz", "/ping"], "/ping"),
        (["/health/"], "/health/"),
        (["/v1/up"], "/v1/up"),
        (["/wealth", "/"], "/"),
        ([], "/"),
    ],
)
def test_health_path(plant, paths, health):
    code = "".join(f"@app.get({path!r})\ndef f{i}(): ...\n" for i, path in enumerate(paths))
    found = findings(plant, code)
    assert found.services[0].health_path == health
    assert found.services[0].live_path is None
    sureness = "fallback" if not paths else "likely" if health == "/" else "certain"
    assert found.evidence["web.health_path"].confidence == sureness
    assert asked(found) == (set() if paths else {"web.health_path"})


@pytest.mark.parametrize(
    "path, is_doubtful", [("/orders/status", True), ("/api/v1/status", False), ("/x/health", False)]
)
def test_asks_about_a_word_that_may_be_about_business(plant, path, is_doubtful):
    found = findings(plant, f"@app.get({path!r})\ndef f(): ...\n")
    assert found.services[0].health_path == path
    assert asked(found) == ({"web.health_path"} if is_doubtful else set())


def test_asks_for_a_health_path_where_even_the_root_is_missing(plant):
    found = findings(plant, "@app.get('/orders')\ndef f(): ...")
    assert asked(found) == {"web.health_path"}
    assert found.unsure[0].candidates == ("/orders",)


URL = "os.environ['DATABASE_URL']"


@pytest.mark.parametrize(
    "requirements, code, engine, need",
    [
        ("psycopg[binary]", URL, "postgres", "required"),
        ("psycopg2-binary", "", "postgres", "required"),
        ("asyncpg", "os.getenv('DATABASE_URL')", "postgres", "required"),
        ("sqlalchemy[postgresql-psycopg]", "", "postgres", "required"),
        ("psycopg2", "os.getenv('DATABASE_URL', 'postgresql://localhost/dev')", "postgres", "required"),
        ("psycopg2", "os.getenv('DATABASE_URL', 'sqlite:///x.db')", "postgres", "optional"),
        ("psycopg2", "os.getenv('DATABASE_URL') or 'sqlite:///x.db'", "postgres", "optional"),
        ("psycopg2", "os.getenv('DATABASE_URL')\n\n\n\nOTHER = 'sqlite:///x.db'", "postgres", "required"),
        ("psycopg2\npymongo", URL, "postgres", "required"),
        ("sqlalchemy", URL, "postgres", "required"),
        ("sqlalchemy", "X = 'postgresql+psycopg://db/x'", "postgres", "required"),
        ("sqlalchemy", "X = 'sqlite:///x.db'", "sqlite", "embedded"),
        ("sqlalchemy", "os.getenv('DATABASE_URL', 'sqlite:///x.db')", "sqlite", "embedded"),
        ("flask", "import sqlite3", "sqlite", "embedded"),
        ("PyMySQL", URL, "mysql", "required"),
        ("pymongo", "", "mongodb", "required"),
        ("# psycopg2", "", "none", "none"),
        ("psycopg2-helper-of-mine", "", "none", "none"),
        ("psycopg2 ; sys_platform == 'win32'", "", "none", "none"),
    ],
)
def test_database(plant, requirements, code, engine, need):
    found = findings(plant, code, requirements)
    assert found.services[0].database == StoreNeed(engine=engine, need=need)
    is_plain = (engine, need) in {("postgres", "required"), ("none", "none")} and "pymongo" not in requirements
    assert ("web.database" in asked(found)) == (not is_plain)


def test_a_secret_answers_for_a_database_that_is_not_provisioned(plant):
    spec = ServiceSpec(env={"MONGO_URL": SecretRef(secret="x/mongo")})
    assert not asked(findings(plant, ROOT + "os.environ['MONGO_URL']", "pymongo", spec))


@pytest.mark.parametrize(
    "requirements, code, need",
    [
        ("redis", "os.environ['REDIS_URL']", "required"),
        ("redis", "os.getenv('REDIS_URL', 'redis://localhost:6379')", "required"),
        ("redis", "os.getenv('REDIS_URL')", "optional"),
        ("celery[redis]", "", "required"),
        ("flask-redis", "", "required"),
        ("redislike", "", "none"),
    ],
)
def test_cache(plant, requirements, code, need):
    found = findings(plant, code, requirements)
    assert found.services[0].cache.need == need
    assert ("web.cache" in asked(found)) == (need == "required")


def test_environment_leaves_out_what_others_set(plant):
    code = "".join(
        f"os.environ[{name!r}]\n" for name in ("PORT", "DATABASE_URL", "HOME", "PGHOST", "HM_RELEASE", "B", "A")
    )
    code += "os.getenv('C')\nos.environ['D']\nos.environ.get('D')\nos.getenv('WEB_CONCURRENCY')"
    found = findings(plant, code, spec=ServiceSpec(env={"A": "given"}))
    assert found.services[0].env_required == ("A", "B")
    assert found.services[0].env_optional == ("C", "D")
    assert [q.candidates for q in found.unsure if q.field == "web.env"] == [("B",)]


THREADS = "--keep-alive 75 --worker-class gthread --threads 8"


@pytest.mark.parametrize(
    "command, files, arguments",
    [
        ("gunicorn app:app", {}, THREADS),
        ("newrelic-admin run-program gunicorn app:app", {}, THREADS),
        ("python -m gunicorn app:app", {}, THREADS),
        ("gunicorn -c conf.py app:app", {}, "--keep-alive 75"),
        ("gunicorn app:app", {"gunicorn_conf_py": "worker_class = 'gevent'"}, "--keep-alive 75"),
        ("uwsgi --http :$PORT", {}, None),
        ("gunicorn 'app:app", {}, THREADS),
    ],
)
def test_keep_alive_outlasts_the_load_balancer(plant, command, files, arguments):
    assert service(plant, Procfile=f"web: {command}", **files).env.get("GUNICORN_CMD_ARGS") == arguments


@pytest.mark.parametrize(
    "requirements, command, is_added",
    [
        ("flask", "gunicorn app:app", True),
        ("flask\n# gunicorn", "gunicorn app:app", True),
        ("flask\ngunicorn==23.0.0", "gunicorn app:app", False),
        ("flask\nGunicorn[gevent]", "gunicorn app:app", False),
        ("flask", "uwsgi --http :$PORT", False),
    ],
)
def test_gunicorn_is_installed_when_nothing_asks_for_it(plant, requirements, command, is_added):
    found = findings(plant, "", requirements, Procfile=f"web: {command}")
    assert ("gunicorn" in " ".join(found.services[0].install)) is is_added
    assert ("gunicorn is added" in found.evidence["web.install"].why) is is_added


@pytest.mark.parametrize(
    "command, is_warned",
    [
        ("flask run", True),
        ("python -m flask --app app run", True),
        ("python app.py", True),
        ("python3 -u app.py", True),
        ("python other.py", False),
        ("python -m app", False),
        ("gunicorn app:app", False),
    ],
)
def test_a_development_server_is_kept_with_a_warning(plant, command, is_warned):
    found = findings(plant, "if __name__ == '__main__':\n  app.run()", Procfile=f"web: {command}")
    assert found.services[0].start == command
    assert ("development server" in found.evidence["web.start"].why) is is_warned
    assert ("web.start" in asked(found)) is is_warned
