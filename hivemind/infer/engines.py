"""Engines by every name they go by: the packages of each registry, images, URL schemes, adapters of an ORM.

This is the one place that knows them. A package is looked up under its own language, since registries share names; one
that needs no server of ours (a cloud's own store, an HTTP API) is not listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hivemind.model.findings import Language

EMBEDDED = frozenset({"sqlite", "h2", "hsqldb", "derby", "duckdb", "litedb"})
"""Databases that live inside the process: a file or memory of the instance."""
DATABASES = EMBEDDED | {
    "postgres", "mysql", "mariadb", "mongodb", "mssql", "oracle", "cassandra", "neo4j", "clickhouse", "couchdb",
}  # fmt: skip
CACHES = frozenset({"redis", "valkey", "memcached"})
OTHERS = frozenset({"rabbitmq", "kafka", "nats", "elasticsearch", "minio"})
"""Servers that are neither: queues, search, objects."""

PYTHON = {
    "psycopg": "postgres", "psycopg-binary": "postgres", "psycopg-c": "postgres", "psycopg2": "postgres",
    "psycopg2-binary": "postgres", "psycopg2cffi": "postgres", "asyncpg": "postgres", "pg8000": "postgres",
    "aiopg": "postgres", "psycopg-pool": "postgres", "django-tenants": "postgres", "pgvector": "postgres",
    "django-heroku": "postgres",
    "pymysql": "mysql", "mysqlclient": "mysql", "mysql-connector-python": "mysql", "mysql-connector": "mysql",
    "aiomysql": "mysql", "asyncmy": "mysql", "flask-mysqldb": "mysql", "flask-mysql": "mysql", "mariadb": "mariadb",
    "pymongo": "mongodb", "mongoengine": "mongodb", "motor": "mongodb", "flask-pymongo": "mongodb", "djongo": "mongodb",
    "flask-mongoengine": "mongodb", "beanie": "mongodb", "odmantic": "mongodb", "django-mongodb-backend": "mongodb",
    "pyodbc": "mssql", "pymssql": "mssql", "mssql-django": "mssql", "aioodbc": "mssql",
    "oracledb": "oracle", "cx-oracle": "oracle", "cassandra-driver": "cassandra", "scylla-driver": "cassandra",
    "neo4j": "neo4j", "neomodel": "neo4j", "clickhouse-driver": "clickhouse", "clickhouse-connect": "clickhouse",
    "sqlite3": "sqlite", "aiosqlite": "sqlite", "pysqlite3": "sqlite", "duckdb": "duckdb",
    "redis": "redis", "aioredis": "redis", "flask-redis": "redis", "rq": "redis", "flask-rq2": "redis",
    "django-redis": "redis", "django-rq": "redis", "arq": "redis", "huey": "redis", "channels-redis": "redis",
    "redis-om": "redis", "fastapi-cache2": "redis", "valkey": "valkey", "pymemcache": "memcached",
    "pylibmc": "memcached", "python-memcached": "memcached", "aiomcache": "memcached",
    "pika": "rabbitmq", "aio-pika": "rabbitmq", "kafka-python": "kafka", "confluent-kafka": "kafka",
    "aiokafka": "kafka", "nats-py": "nats", "elasticsearch": "elasticsearch", "elasticsearch-dsl": "elasticsearch",
    "opensearch-py": "elasticsearch", "minio": "minio",
}  # fmt: skip
NODE = {
    "pg": "postgres", "pg-promise": "postgres", "pg-native": "postgres", "pg-pool": "postgres", "postgres": "postgres",
    "slonik": "postgres", "@neondatabase/serverless": "postgres", "@vercel/postgres": "postgres",
    "@prisma/adapter-pg": "postgres", "@fastify/postgres": "postgres", "fastify-postgres": "postgres",
    "pg-boss": "postgres", "connect-pg-simple": "postgres", "@db/postgres": "postgres", "deno-postgres": "postgres",
    "@mikro-orm/postgresql": "postgres", "@payloadcms/db-postgres": "postgres",
    "mysql": "mysql", "mysql2": "mysql", "@fastify/mysql": "mysql", "@planetscale/database": "mysql",
    "@mikro-orm/mysql": "mysql", "mariadb": "mariadb",
    "mongodb": "mongodb", "mongoose": "mongodb", "@nestjs/mongoose": "mongodb", "@typegoose/typegoose": "mongodb",
    "connect-mongo": "mongodb", "connect-mongodb-session": "mongodb", "@fastify/mongodb": "mongodb", "monk": "mongodb",
    "mongo": "mongodb", "@mikro-orm/mongodb": "mongodb", "@payloadcms/db-mongodb": "mongodb",
    "mssql": "mssql", "tedious": "mssql", "oracledb": "oracle", "cassandra-driver": "cassandra",
    "neo4j-driver": "neo4j", "@clickhouse/client": "clickhouse", "nano": "couchdb",
    "sqlite": "sqlite", "sqlite3": "sqlite", "better-sqlite3": "sqlite", "@libsql/client": "sqlite", "sql.js": "sqlite",
    "node:sqlite": "sqlite", "bun:sqlite": "sqlite", "@mikro-orm/sqlite": "sqlite", "@payloadcms/db-sqlite": "sqlite",
    "redis": "redis", "ioredis": "redis", "@redis/client": "redis", "connect-redis": "redis", "bull": "redis",
    "bullmq": "redis", "@nestjs/bull": "redis", "@nestjs/bullmq": "redis", "bee-queue": "redis", "kue": "redis",
    "rate-limit-redis": "redis", "@fastify/redis": "redis", "@socket.io/redis-adapter": "redis",
    "socket.io-redis": "redis", "cache-manager-redis-store": "redis", "cache-manager-ioredis": "redis",
    "@keyv/redis": "redis", "@db/redis": "redis", "iovalkey": "valkey", "memcached": "memcached", "memjs": "memcached",
    "amqplib": "rabbitmq", "amqp-connection-manager": "rabbitmq", "rascal": "rabbitmq", "kafkajs": "kafka",
    "node-rdkafka": "kafka", "nats": "nats", "@elastic/elasticsearch": "elasticsearch",
    "@nestjs/elasticsearch": "elasticsearch", "minio": "minio",
}  # fmt: skip
GO = {
    "github.com/lib/pq": "postgres", "github.com/jackc/pgx": "postgres", "gorm.io/driver/postgres": "postgres",
    "github.com/go-pg/pg": "postgres", "github.com/uptrace/bun/driver/pgdriver": "postgres",
    "github.com/jinzhu/gorm/dialects/postgres": "postgres",
    "github.com/go-sql-driver/mysql": "mysql", "gorm.io/driver/mysql": "mysql",
    "go.mongodb.org/mongo-driver": "mongodb", "github.com/globalsign/mgo": "mongodb", "gopkg.in/mgo.v2": "mongodb",
    "github.com/kamva/mgm": "mongodb", "github.com/qiniu/qmgo": "mongodb",
    "github.com/mattn/go-sqlite3": "sqlite", "modernc.org/sqlite": "sqlite", "gorm.io/driver/sqlite": "sqlite",
    "github.com/glebarez/sqlite": "sqlite", "github.com/glebarez/go-sqlite": "sqlite",
    "github.com/denisenkom/go-mssqldb": "mssql", "github.com/microsoft/go-mssqldb": "mssql",
    "gorm.io/driver/sqlserver": "mssql", "github.com/sijms/go-ora": "oracle", "github.com/godror/godror": "oracle",
    "github.com/gocql/gocql": "cassandra", "github.com/neo4j/neo4j-go-driver": "neo4j",
    "github.com/clickhouse/clickhouse-go": "clickhouse",
    "github.com/redis/go-redis": "redis", "github.com/go-redis/redis": "redis", "github.com/gomodule/redigo": "redis",
    "github.com/garyburd/redigo": "redis", "github.com/redis/rueidis": "redis", "github.com/hibiken/asynq": "redis",
    "github.com/valkey-io/valkey-go": "valkey", "github.com/bradfitz/gomemcache": "memcached",
    "github.com/streadway/amqp": "rabbitmq", "github.com/rabbitmq/amqp091-go": "rabbitmq",
    "github.com/segmentio/kafka-go": "kafka", "github.com/confluentinc/confluent-kafka-go": "kafka",
    "github.com/ibm/sarama": "kafka", "github.com/shopify/sarama": "kafka", "github.com/twmb/franz-go": "kafka",
    "github.com/nats-io/nats.go": "nats", "github.com/elastic/go-elasticsearch": "elasticsearch",
    "github.com/olivere/elastic": "elasticsearch", "github.com/minio/minio-go": "minio",
}  # fmt: skip
JAVA = {
    "postgresql": "postgres", "r2dbc-postgresql": "postgres", "quarkus-jdbc-postgresql": "postgres",
    "quarkus-reactive-pg-client": "postgres", "vertx-pg-client": "postgres", "pgjdbc-ng": "postgres",
    "mysql-connector-java": "mysql", "mysql-connector-j": "mysql", "r2dbc-mysql": "mysql",
    "quarkus-jdbc-mysql": "mysql", "vertx-mysql-client": "mysql", "quarkus-reactive-mysql-client": "mysql",
    "mariadb-java-client": "mariadb", "quarkus-jdbc-mariadb": "mariadb",
    "spring-boot-starter-data-mongodb": "mongodb", "spring-boot-starter-data-mongodb-reactive": "mongodb",
    "mongodb-driver-sync": "mongodb", "mongodb-driver-reactivestreams": "mongodb", "mongo-java-driver": "mongodb",
    "quarkus-mongodb-panache": "mongodb", "quarkus-mongodb-client": "mongodb", "kmongo": "mongodb",
    "mongodb-driver-kotlin-coroutine": "mongodb",
    "mssql-jdbc": "mssql", "ojdbc8": "oracle", "ojdbc10": "oracle", "ojdbc11": "oracle",
    "spring-boot-starter-data-cassandra": "cassandra", "java-driver-core": "cassandra",
    "spring-boot-starter-data-neo4j": "neo4j", "neo4j-java-driver": "neo4j", "sqlite-jdbc": "sqlite", "h2": "h2",
    "quarkus-jdbc-h2": "h2", "hsqldb": "hsqldb", "derby": "derby",
    "spring-boot-starter-data-redis": "redis", "spring-boot-starter-data-redis-reactive": "redis",
    "spring-session-data-redis": "redis", "jedis": "redis", "lettuce-core": "redis", "redisson": "redis",
    "redisson-spring-boot-starter": "redis", "quarkus-redis-client": "redis", "spymemcached": "memcached",
    "spring-boot-starter-amqp": "rabbitmq", "amqp-client": "rabbitmq", "spring-kafka": "kafka",
    "kafka-clients": "kafka", "quarkus-kafka-client": "kafka", "jnats": "nats", "minio": "minio",
    "spring-boot-starter-data-elasticsearch": "elasticsearch", "elasticsearch-java": "elasticsearch",
}  # fmt: skip
RUBY = {
    "pg": "postgres", "activerecord-postgis-adapter": "postgres", "mysql2": "mysql", "trilogy": "mysql",
    "sqlite3": "sqlite", "mongoid": "mongodb", "mongo": "mongodb", "tiny_tds": "mssql",
    "activerecord-sqlserver-adapter": "mssql", "activerecord-oracle_enhanced-adapter": "oracle",
    "redis": "redis", "redis-rails": "redis", "redis-client": "redis", "hiredis": "redis", "hiredis-client": "redis",
    "sidekiq": "redis", "resque": "redis", "redis-store": "redis", "dalli": "memcached",
    "bunny": "rabbitmq", "sneakers": "rabbitmq", "ruby-kafka": "kafka", "rdkafka": "kafka", "karafka": "kafka",
    "elasticsearch": "elasticsearch", "elasticsearch-rails": "elasticsearch", "searchkick": "elasticsearch",
}  # fmt: skip
PHP = {
    "ext-pgsql": "postgres", "ext-pdo_pgsql": "postgres", "ext-mysqli": "mysql", "ext-pdo_mysql": "mysql",
    "ext-sqlite3": "sqlite", "ext-pdo_sqlite": "sqlite", "ext-mongodb": "mongodb", "mongodb/mongodb": "mongodb",
    "mongodb/laravel-mongodb": "mongodb", "jenssegers/mongodb": "mongodb", "doctrine/mongodb-odm-bundle": "mongodb",
    "ext-sqlsrv": "mssql", "ext-pdo_sqlsrv": "mssql", "ext-oci8": "oracle",
    "predis/predis": "redis", "ext-redis": "redis", "snc/redis-bundle": "redis", "laravel/horizon": "redis",
    "ext-memcached": "memcached", "php-amqplib/php-amqplib": "rabbitmq", "ext-amqp": "rabbitmq",
    "ext-rdkafka": "kafka", "elasticsearch/elasticsearch": "elasticsearch",
}  # fmt: skip
DOTNET = {
    "npgsql": "postgres", "npgsql.entityframeworkcore.postgresql": "postgres", "marten": "postgres",
    "aspire.npgsql.entityframeworkcore.postgresql": "postgres",
    "pomelo.entityframeworkcore.mysql": "mysql", "mysql.data": "mysql", "mysqlconnector": "mysql",
    "mysql.entityframeworkcore": "mysql", "mysql.data.entityframeworkcore": "mysql",
    "mongodb.driver": "mongodb", "mongodb.entityframeworkcore": "mongodb",
    "microsoft.entityframeworkcore.sqlserver": "mssql", "microsoft.data.sqlclient": "mssql",
    "system.data.sqlclient": "mssql", "aspire.microsoft.entityframeworkcore.sqlserver": "mssql",
    "microsoft.entityframeworkcore.sqlite": "sqlite", "microsoft.data.sqlite": "sqlite", "litedb": "litedb",
    "oracle.manageddataaccess.core": "oracle", "oracle.entityframeworkcore": "oracle",
    "cassandracsharpdriver": "cassandra", "neo4j.driver": "neo4j",
    "stackexchange.redis": "redis", "microsoft.extensions.caching.stackexchangeredis": "redis",
    "servicestack.redis": "redis", "enyimmemcachedcore": "memcached",
    "rabbitmq.client": "rabbitmq", "masstransit.rabbitmq": "rabbitmq", "easynetq": "rabbitmq",
    "confluent.kafka": "kafka", "nats.net": "nats", "nest": "elasticsearch", "minio": "minio",
    "elastic.clients.elasticsearch": "elasticsearch",
}  # fmt: skip
RUST = {
    "postgres": "postgres", "tokio-postgres": "postgres", "deadpool-postgres": "postgres", "bb8-postgres": "postgres",
    "mysql": "mysql", "mysql_async": "mysql", "mongodb": "mongodb", "rusqlite": "sqlite",
    "tokio-rusqlite": "sqlite", "sqlite": "sqlite", "tiberius": "mssql", "oracle": "oracle", "scylla": "cassandra",
    "neo4rs": "neo4j", "clickhouse": "clickhouse", "redis": "redis", "deadpool-redis": "redis", "bb8-redis": "redis",
    "fred": "redis", "memcache": "memcached", "lapin": "rabbitmq", "rdkafka": "kafka", "async-nats": "nats",
    "elasticsearch": "elasticsearch",
}  # fmt: skip
ELIXIR = {
    "postgrex": "postgres", "myxql": "mysql", "mariaex": "mysql", "ecto_sqlite3": "sqlite", "exqlite": "sqlite",
    "tds": "mssql", "mongodb": "mongodb", "mongodb_driver": "mongodb", "xandra": "cassandra",
    "redix": "redis", "exredis": "redis", "exq": "redis", "phoenix_pubsub_redis": "redis", "memcachex": "memcached",
    "amqp": "rabbitmq", "broadway_rabbitmq": "rabbitmq", "brod": "kafka", "broadway_kafka": "kafka", "gnat": "nats",
}  # fmt: skip
GLEAM = {"pog": "postgres", "gleam_pgo": "postgres", "sqlight": "sqlite", "radish": "redis"}
CPP = {
    "libpqxx": "postgres", "libpq": "postgres", "mysql-connector-cpp": "mysql", "mongo-cxx-driver": "mongodb",
    "sqlite3": "sqlite", "hiredis": "redis", "redis-plus-plus": "redis", "librdkafka": "kafka",
}  # fmt: skip

PACKAGES: Mapping[Language, Mapping[str, str]] = {
    "python": PYTHON, "node": NODE, "deno": NODE, "go": GO, "java": JAVA, "ruby": RUBY, "php": PHP, "dotnet": DOTNET,
    "rust": RUST, "elixir": ELIXIR, "gleam": GLEAM, "cpp": CPP,
}  # fmt: skip

FAMILIES = (
    ("postgres", "postgres"), ("pgsql", "postgres"), ("postgis", "postgres"), ("cockroach", "postgres"),
    ("mysql", "mysql"), ("mariadb", "mariadb"), ("mongo", "mongodb"), ("sqlite", "sqlite"), ("libsql", "sqlite"),
    ("sqlserver", "mssql"), ("mssql", "mssql"), ("oracle", "oracle"), ("cassandra", "cassandra"), ("h2", "h2"),
    ("hsqldb", "hsqldb"), ("neo4j", "neo4j"), ("redis", "redis"), ("valkey", "valkey"), ("memcache", "memcached"),
    ("amqp", "rabbitmq"), ("kafka", "kafka"), ("nats", "nats"),
)  # fmt: skip
"""How adapters, dialects, schemes and features begin."""
OTHER_WORDS = {
    "myxql": "mysql",
    "pg": "postgres",
    "pdo_pgsql": "postgres",
    "better-sqlite3": "sqlite",
    "tds": "mssql",
    "tedious": "mssql",
}
IMAGES = {
    "timescaledb": "postgres", "timescaledb-ha": "postgres", "pgvector": "postgres", "percona": "mysql",
    "rabbitmq": "rabbitmq", "cp-kafka": "kafka", "elasticsearch": "elasticsearch", "opensearch": "elasticsearch",
    "minio": "minio", "clickhouse-server": "clickhouse", "couchdb": "couchdb", "azure-sql-edge": "mssql",
    "keydb": "redis", "dragonfly": "redis",
}  # fmt: skip
TOOLS = re.compile(r"exporter|express|admin|commander|insight|client|backup|-ui$|kafka-|connect|rest$")
"""Images that only look at a server."""
VERSION = re.compile(r"/v[0-9]{1,3}$")


def engine_of_package(language: Language, name: str) -> str:
    """The engine that a package speaks to; empty for any other package."""
    known, plain = PACKAGES.get(language, {}), name.lower()
    if language == "go":
        plain = VERSION.sub("", plain)
    elif language == "java":
        plain = plain.rpartition(":")[2]
    return known.get(name) or known.get(plain, "")


def engine_of_word(word: str) -> str:
    """The engine of an adapter, a dialect, a URL's scheme, a feature: `postgresql+psycopg`, `jdbc:mysql`."""
    plain = word.strip().lower().removeprefix("jdbc:").removeprefix("r2dbc:").removeprefix("sqlx-").removeprefix("pdo_")
    if plain in OTHER_WORDS:
        return OTHER_WORDS[plain]
    return next((engine for beginning, engine in FAMILIES if plain.startswith(beginning)), "")


def engine_of_image(image: str) -> str:
    """The engine that a container image runs: `docker.io/bitnami/postgresql:16` → `postgres`."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    if image.startswith("mcr.microsoft.com/mssql"):
        return "mssql"
    if TOOLS.search(name):
        return ""
    return IMAGES.get(name) or engine_of_word(name)
