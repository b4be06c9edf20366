package main

import (
	"fmt"

	"github.com/acme/probe/config"
	"github.com/labstack/echo/v4"
)

func main() {
	c := config.Load()
	e := echo.New()
	e.GET("/healthz", func(c echo.Context) error { return c.NoContent(200) })
	e.Logger.Fatal(e.Start(fmt.Sprintf(":%d", c.Server.Port)))
}
