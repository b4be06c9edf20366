package main

import (
	"context"
	"os"

	"github.com/gofiber/fiber/v2"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

func main() {
	client, _ := mongo.Connect(context.TODO(), options.Client().ApplyURI(os.Getenv("MONGO_URI")))
	_ = client
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString("up") })
	// app.Listen(":8080")
	app.Listen(":3000")
}
