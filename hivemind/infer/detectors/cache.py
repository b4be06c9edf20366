"""Which cache or queue server the code needs; none is provisioned, so its URL is asked for by secret."""

from __future__ import annotations

from hivemind.infer.detectors.stores import drivers_of, falls_back_to, is_given, read_of
from hivemind.infer.facts import Code, EnvRead, Reading, Service, fact, question
from hivemind.model.findings import Need, StoreNeed

DRIVERS = {
    "redis": "redis", "aioredis": "redis", "flask-redis": "redis", "rq": "redis", "flask-rq2": "redis",
    "pymemcache": "memcached", "pylibmc": "memcached", "python-memcached": "memcached",
}  # fmt: skip
VARIABLES = ("REDIS_URL", "REDIS_URI", "CACHE_URL", "CACHE_REDIS_URL", "CELERY_BROKER_URL", "MEMCACHED_URL")


def detect(service: Service) -> Reading:
    """A fact about `cache`; a question where the code needs one and the spec gives no URL."""
    found = drivers_of(service.code, DRIVERS)
    if not found:
        return Reading({"cache": fact(StoreNeed(), "no cache driver was found")})
    engine, driver = next(iter(found.items()))
    read = read_of(service.code, VARIABLES)
    need = _need(service.code, read, engine)
    why = f"{driver.name} is asked for" + (f", and the code reads {read.name}" if read else "")
    quotes = (driver.quote, read.quote) if read else (driver.quote,)
    facts = {"cache": fact(StoreNeed(engine=engine, need=need), why, *quotes)}
    if need == "optional" or is_given(service, *VARIABLES):
        return Reading(facts)
    name = read.name if read else VARIABLES[0]
    asked = f"{engine} is not provisioned: give its URL as a secret in app.env, as in {name}: {{secret: name}}"
    return Reading(facts, (question("cache", asked, engine),))


def _need(code: Code, read: EnvRead | None, engine: str) -> Need:
    """Optional only where the variable may be missing; a default on the developer's own machine is no help here."""
    if read is None or read.required or falls_back_to(code, read, engine):
        return "required"
    return "optional"
