"""Engines by the names they go by."""

from __future__ import annotations

import pytest

from hivemind.infer.engines import (
    CACHES,
    DATABASES,
    OTHERS,
    PACKAGES,
    engine_of_image,
    engine_of_package,
    engine_of_word,
)


@pytest.mark.parametrize("language", PACKAGES)
def test_packages_name_known_engines_in_normal_form(language):
    for package, engine in PACKAGES[language].items():
        assert engine in DATABASES | CACHES | OTHERS, package
        assert package == package.lower()


@pytest.mark.parametrize(
    "language, package, engine",
    [
        ("go", "github.com/jackc/pgx/v5", "postgres"),
        ("go", "github.com/Shopify/sarama", "kafka"),
        ("java", "org.postgresql:postgresql", "postgres"),
        ("java", "com.h2database:h2", "h2"),
        ("dotnet", "Npgsql.EntityFrameworkCore.PostgreSQL", "postgres"),
        ("node", "@prisma/client", ""),
        ("node", "pg", "postgres"),
        ("python", "pg", ""),
        ("ruby", "pg", "postgres"),
        ("php", "ext-pdo_mysql", "mysql"),
        ("static", "pg", ""),
    ],
)
def test_packages(language, package, engine):
    assert engine_of_package(language, package) == engine


@pytest.mark.parametrize(
    "word, engine",
    [
        ("postgresql+psycopg", "postgres"),
        ("jdbc:mysql", "mysql"),
        ("r2dbc:postgresql", "postgres"),
        ("pdo_pgsql", "postgres"),
        ("mongodb+srv", "mongodb"),
        ("better-sqlite3", "sqlite"),
        ("sqlx-postgres", "postgres"),
        ("MyXQL", "mysql"),
        ("rediss", "redis"),
        ("pg", "postgres"),
        ("pgbouncer", ""),
        ("https", ""),
        ("", ""),
    ],
)
def test_words(word, engine):
    assert engine_of_word(word) == engine


@pytest.mark.parametrize(
    "image, engine",
    [
        ("postgres", "postgres"),
        ("postgres:16-alpine@sha256:0123", "postgres"),
        ("docker.io/bitnami/postgresql:16", "postgres"),
        ("postgis/postgis:16-3.4", "postgres"),
        ("timescale/timescaledb:latest-pg16", "postgres"),
        ("localhost:5000/mariadb", "mariadb"),
        ("mcr.microsoft.com/mssql/server:2022-latest", "mssql"),
        ("redis/redis-stack:latest", "redis"),
        ("rediscommander/redis-commander", ""),
        ("mongo-express", ""),
        ("prometheuscommunity/postgres-exporter", ""),
        ("adminer", ""),
        ("dpage/pgadmin4", ""),
        ("rabbitmq:3-management", "rabbitmq"),
        ("confluentinc/cp-kafka", "kafka"),
        ("nginx", ""),
        ("", ""),
    ],
)
def test_images(image, engine):
    assert engine_of_image(image) == engine
