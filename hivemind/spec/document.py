"""The document, described once: what the checker accepts, the JSON Schema publishes and the reference explains."""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.model.spec import (
    LOCAL,
    DatabaseSpec,
    DeploymentName,
    EnvironmentName,
    EnvironmentSpec,
    EnvKey,
    NetworkSpec,
    OutputName,
    SecretRef,
    ServiceName,
    ServiceSpec,
    Spec,
)
from hivemind.spec.shapes import (
    Choice,
    Collection,
    EnvValue,
    Folder,
    Key,
    Section,
    Shape,
    Text,
    key,
    section,
    shape_of,
)


def _text(kind: object) -> Text:
    shape = shape_of(kind)
    assert isinstance(shape, Text)
    return shape


_OTHER_ENGINE = (
    "Only postgres is provisioned; reach another engine by its URL, kept as a secret: "
    "env: {DATABASE_URL: {secret: NAME}}."
)

VARIABLES = Collection(
    "a variable",
    _text(EnvKey),
    EnvValue(section(SecretRef)),
    refused={"PORT": "PORT is told to the service by HiveMind; write `port` instead."},
)
OUTPUTS = Collection("a variable", _text(EnvKey), _text(OutputName), refused=VARIABLES.refused)
SERVICE = section(ServiceSpec, path=Folder(), env=VARIABLES, uses=OUTPUTS)
APP = SERVICE.without(kind="`app` is a web service; write a worker under `services`.")
SERVICES = Collection(
    "a service",
    _text(ServiceName),
    SERVICE,
    refused=dict.fromkeys(("foundation", "bootstrap"), "A stack of HiveMind's own has this name; choose another."),
)
DATABASE = section(DatabaseSpec, engine=Choice(("postgres", "none"), otherwise=_OTHER_ENGINE))._replace(
    shorthand="engine"
)
NETWORK = section(NetworkSpec)

_ENVIRONMENT = section(EnvironmentSpec)
ENVIRONMENT = _ENVIRONMENT.without(emulator="Only `local` runs on the local cloud.")
LOCAL_ENVIRONMENT = _ENVIRONMENT.without(
    region="The local cloud is this machine; give a region to another environment.",
    certificate="A certificate is in an AWS account's ACM; give it to another environment.",
    domain="The local cloud is reached by the address it prints; give the domain to another environment.",
    budget="The local cloud costs nothing; give a budget to another environment.",
    boundary="The local cloud has no roles to bound; bound those of another environment.",
    state="The local environment is remembered on this machine; give a bucket to another environment.",
)
ENVIRONMENTS = Collection("an environment", _text(EnvironmentName), ENVIRONMENT, special={LOCAL: LOCAL_ENVIRONMENT})


def _of_spec(name: str, shape: Shape) -> Key:
    return key(name, Spec.model_fields[name], shape)


DOCUMENT = Section(
    Spec,
    {
        "name": _of_spec("name", _text(DeploymentName)),
        "app": Key("app", APP, "The application, when it is one web service; it is called `web`."),
        "services": Key("services", SERVICES, "The services by name, when there are several."),
        "database": _of_spec("database", DATABASE),
        "network": _of_spec("network", NETWORK),
        "environments": Key(
            "environments", ENVIRONMENTS, "The places to deploy to, by name; `local` is there without being written."
        ),
    },
)


def sections() -> Iterator[tuple[str, Section]]:
    """Every section with the path it stands at, outer ones first; `NAME` stands for one the team chooses."""
    return _walk("", DOCUMENT)


def _walk(path: str, shape: Shape) -> Iterator[tuple[str, Section]]:
    match shape:
        case Section():
            yield path, shape
            for name, part in shape.keys.items():
                yield from _walk(f"{path}.{name}".lstrip("."), part.shape)
        case Collection():
            yield from _walk(f"{path}.NAME", shape.item)
            for name, special in shape.special.items():
                yield from _walk(f"{path}.{name}", special)
        case EnvValue():
            yield from _walk(path, shape.reference)
        case _:
            return


def home(word: str) -> str | None:
    """The path of the first section that knows a key of this name, as `app`; None when no section does."""
    return next((path for path, part in sections() if word in part.keys), None)
