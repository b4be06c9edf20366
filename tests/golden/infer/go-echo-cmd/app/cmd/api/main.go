package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
	"github.com/redis/go-redis/v9"

	"github.com/acme/ledger/internal/config"
)

func main() {
	cfg := config.Load()
	pool, err := pgxpool.New(context.Background(), cfg.DatabaseURL)
	if err != nil {
		panic(err)
	}
	defer pool.Close()
	_ = redis.NewClient(&redis.Options{Addr: cfg.RedisAddr})
	e := echo.New()
	e.GET("/livez", func(c echo.Context) error { return c.NoContent(200) })
	e.Logger.Fatal(e.Start(":" + cfg.Port))
}
