module github.com/acme/ledger

go 1.22

toolchain go1.23.1

require (
	github.com/caarlos0/env/v11 v11.2.2
	github.com/jackc/pgx/v5 v5.7.1
	github.com/labstack/echo/v4 v4.12.0
	github.com/redis/go-redis/v9 v9.6.1
)
