"""Variables behind libraries and settings classes, and what Django's settings say of a database."""

from __future__ import annotations

import pytest

from hivemind.infer.python.django.site import find_site
from hivemind.infer.python.project import Project
from hivemind.infer.python.readers import variables_read


def reads(plant, text):
    tree = plant({"app.py": text})
    module = Project(tree, ".").load("app.py", ".")
    return {(read.name, read.required, read.default) for read in variables_read(tree, (module,))}


ENVIRON = "import environ\nenv = environ.Env()\n"
STARLETTE = "from starlette.config import Config\nc = Config('.env')\n"
URL = "import dj_database_url\n"
OPTIONAL = "from pydantic import BaseSettings\nfrom typing import Optional\n"
BASE = "from pydantic_settings import BaseSettings, SettingsConfigDict\nfrom pydantic import Field\n"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("from decouple import config\nX = config('A')", {("A", True, None)}),
        ("from decouple import config\nX = config('A', default='b', cast=str)", {("A", False, "b")}),
        ("from decouple import config\nX = config(name)", set()),
        ("from decouple import Config\nc = Config('.env')\nX = c('A')", {("A", True, None)}),
        (STARLETTE + "X = c('A', cast=bool, default=False)", {("A", False, None)}),
        ("import environ\nenv = environ.Env(A=(bool, False))\nX = env('A'), env('B')",
         {("A", False, None), ("B", True, None)}),
        (ENVIRON + "X = env('A', bool)", {("A", True, None)}),
        (ENVIRON + "X = env.str('A', 'b')", {("A", False, "b")}),
        (ENVIRON + "X = env.db()", {("DATABASE_URL", True, None)}),
        ("from environs import Env\nenv = Env()\nX = env.int('A')", {("A", True, None)}),
        (URL + "X = dj_database_url.config()", {("DATABASE_URL", False, None)}),
        (URL + "X = dj_database_url.config(env='A', default='sqlite:///x')", {("A", False, "sqlite:///x")}),
        ("def config(x): ...\nX = config('A')", set()),
        (BASE + "class S(BaseSettings):\n  a: str\n  b: int = 3\n  c: str = 'd'",
         {("A", True, None), ("B", False, None), ("C", False, "d")}),
        (BASE + "class S(BaseSettings):\n  model_config = SettingsConfigDict(env_prefix='P_')\n  a: str",
         {("P_A", True, None)}),
        (BASE + "class S(BaseSettings):\n  class Config:\n    env_prefix = 'p_'\n  a: str", {("P_A", True, None)}),
        (BASE + "class S(BaseSettings):\n  a: str = Field(..., alias='OTHER')", {("OTHER", True, None)}),
        (BASE + "class S(BaseSettings):\n  a: str = Field(default='x')", {("A", False, "x")}),
        (BASE + "class S(BaseSettings):\n  a: list = Field(default_factory=list)", {("A", False, None)}),
        (BASE + "class B(BaseSettings): ...\nclass S(B):\n  a: str", {("A", True, None)}),
        (BASE + "from typing import ClassVar\nclass S(BaseSettings):\n  a: ClassVar[str]\n  _b: str", set()),
        (OPTIONAL + "class S(BaseSettings):\n  a: Optional[str]", {("A", False, None)}),
        ("from pydantic import BaseModel\nclass S(BaseModel):\n  a: str", set()),
    ],
)  # fmt: skip
def test_reads_variables_through_libraries(plant, text, expected):
    assert reads(plant, text) == expected


SITE = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')",
    "site1/__init__.py": "",
    "site1/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()",
}
SQLITE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n"
POSTGRES = SQLITE.replace("sqlite3", "postgresql")


@pytest.mark.parametrize(
    "settings, engines, is_settled",
    [
        (SQLITE, ["sqlite"], True),
        (POSTGRES, ["postgres"], True),
        ("DATABASES = {'default': {'ENGINE': 'django.contrib.gis.db.backends.postgis'}}", ["postgres"], True),
        ("import os\nDATABASES = {'default': {'ENGINE': os.getenv('E', 'django.db.backends.sqlite3')}}",
         ["sqlite"], False),
        (SQLITE + "import dj_database_url\nDATABASES['default'].update(dj_database_url.config())", ["sqlite"], False),
        ("import environ\nenv = environ.Env()\nDATABASES = {'default': env.db()}", [], False),
        ("if DEBUG:\n  " + SQLITE + "else:\n  " + POSTGRES, ["sqlite", "postgres"], True),
        ("# 'ENGINE': 'django.db.backends.mysql'\n", [], True),
        ("DATABASES = 5", [], True),
    ],
)  # fmt: skip
def test_reads_djangos_engines(plant, settings, engines, is_settled):
    site = find_site(Project(plant({**SITE, "site1/settings.py": settings}), "."))
    assert site is not None
    assert site.settings is not None
    assert [store.engine for store in site.settings.stores()] == engines
    assert site.settings.is_settled() == is_settled


def test_the_settings_of_production_are_chosen(plant):
    package = {
        "site1/settings/__init__.py": "",
        "site1/settings/base.py": SQLITE,
        "site1/settings/dev.py": "from .base import *",
    }
    production = {"site1/settings/production.py": "from .base import *\n" + POSTGRES}
    entry = {"manage.py": SITE["manage.py"].replace("site1.settings", "site1.settings.dev")}
    site = find_site(Project(plant({**SITE, **package, **production, **entry}), "."))
    assert site is not None
    assert site.settings is not None
    assert site.settings.name == "site1.settings.production"
    assert [store.engine for store in site.settings.stores()] == ["postgres"]
    assert site.others


@pytest.mark.parametrize("settings", ["def", "DATABASES = {**x, 'ENGINE': }", "from .gone import *\nfrom . import *"])
def test_settings_nobody_can_read_are_no_obstacle(plant, settings):
    assert find_site(Project(plant({**SITE, "site1/settings.py": settings}), ".")) is not None
