package main

import (
	"github.com/acme/shop-api/database"
	"github.com/acme/shop-api/routes"
	"github.com/gin-gonic/gin"
	"github.com/joho/godotenv"
)

func main() {
	_ = godotenv.Load()
	database.Connect()
	r := gin.Default()
	api := r.Group("/api")
	routes.Register(api)
	r.Run()
}
