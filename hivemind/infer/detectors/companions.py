"""Servers that are neither database nor cache (queues, search, objects): none is provisioned, each is asked about."""

from __future__ import annotations

from hivemind.infer.detectors.stores import drivers_of, is_given, stores_of, url_variable
from hivemind.infer.engines import OTHERS
from hivemind.infer.facts import Reading, Service, question

VARIABLES = {"rabbitmq": "AMQP_URL", "kafka": "KAFKA_BROKERS", "nats": "NATS_URL", "elasticsearch": "ELASTICSEARCH_URL",
             "minio": "S3_ENDPOINT"}  # fmt: skip
ENDINGS = {"rabbitmq": ("AMQP_URL", "RABBITMQ_URL", "CLOUDAMQP_URL", "BROKER_URL")}


def detect(service: Service) -> Reading:
    """A question for each such server whose address the spec does not give."""
    packages = {engine: f"{driver.name} speaks to {engine}" for engine, driver in drivers_of(service, OTHERS).items()}
    named = {engine: store.why for engine, store in stores_of(service, OTHERS, "configured", "declared").items()}
    return Reading(
        questions=tuple(
            question(
                "env",
                f"{why}, which is not provisioned: give its address as a secret in app.env, "
                f"as in {url_variable(service, engine, VARIABLES[engine])}: {{secret: name}}",
                engine,
            )
            for engine, why in {**named, **packages}.items()
            if not is_given(service, VARIABLES[engine], *ENDINGS.get(engine, ()))
        )
    )
