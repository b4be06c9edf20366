"""Which cache the code needs; none is provisioned, so its URL is asked for by secret."""

from __future__ import annotations

from hivemind.infer.detectors.stores import drivers_of, falls_back_to, is_given, read_of, stores_of
from hivemind.infer.engines import CACHES, engine_of_word
from hivemind.infer.facts import Code, EnvRead, Fact, Reading, Service, fact, question
from hivemind.model.findings import Need, Quote, StoreNeed

VARIABLES = (
    "REDIS_URL", "REDIS_URI", "REDIS_TLS_URL", "REDISCLOUD_URL", "VALKEY_URL", "CACHE_URL", "CACHE_REDIS_URL",
    "CELERY_BROKER_URL", "BROKER_URL", "REDIS_HOST", "REDIS_ADDR", "MEMCACHED_URL", "MEMCACHED_SERVERS",
    "MEMCACHIER_SERVERS",
)  # fmt: skip


def detect(service: Service) -> Reading:
    """A fact about `cache`; a question where the code needs one and the spec gives no URL."""
    read = read_of(service.code, VARIABLES)
    found = _driven(service, read) or _named(service, read)
    if not found:
        return Reading({"cache": fact(StoreNeed(), "no cache driver was found")})
    need = found.value
    if not isinstance(need, StoreNeed) or need.need == "optional" or is_given(service, *VARIABLES):
        return Reading({"cache": found})
    name = read.name if read else VARIABLES[0]
    asked = f"{need.engine} is not provisioned: give its URL as a secret in app.env, as in {name}: {{secret: name}}"
    return Reading({"cache": found}, (question("cache", asked, need.engine),))


def _driven(service: Service, read: EnvRead | None) -> Fact | None:
    """By the packages that the code asks for; of several by the one that a file beside the code names."""
    found = drivers_of(service, CACHES)
    if not found:
        return None
    named = stores_of(service, CACHES, "configured", "declared", "example")
    engine = next((engine for engine in found if engine in named), next(iter(found)))
    driver = found[engine]
    why = f"{driver.name} is asked for" + (f", and the code reads {read.name}" if read else "")
    quotes = (driver.quote, read.quote) if read else (driver.quote,)
    return _cache(engine, _need(service.code, read, engine), why, *quotes)


def _named(service: Service, read: EnvRead | None) -> Fact | None:
    """Without a driver that could be seen: by a setting, by what stands beside the code, or by a URL in it."""
    for engine, store in stores_of(service, CACHES, "configured", "declared").items():
        return _cache(engine, _need(service.code, read, engine), store.why, store.quote, is_certain=False)
    for url in service.code.urls:
        if (engine := engine_of_word(url.scheme)) in CACHES:
            need = _need(service.code, read, engine)
            return _cache(engine, need, f"the code holds a {engine} URL", url.quote, is_certain=False)
    if read and read.required and read.name.startswith("REDIS"):
        return _cache("redis", "required", f"the code cannot do without {read.name}", read.quote, is_certain=False)
    return None


def _cache(engine: str, need: Need, why: str, *quotes: Quote, is_certain: bool = True) -> Fact:
    value = StoreNeed(engine=engine, need=need)
    return fact(value, why, *quotes, confidence="certain" if is_certain else "likely")


def _need(code: Code, read: EnvRead | None, engine: str) -> Need:
    """Optional only where the variable may be missing; a default on the developer's own machine is no help here."""
    if read is None or read.required or read.default or falls_back_to(code, read, (engine,)):
        return "required"
    return "optional"
