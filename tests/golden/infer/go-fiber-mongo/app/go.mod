module fiber-api

go 1.19

require (
	github.com/gofiber/fiber/v2 v2.52.0
	go.mongodb.org/mongo-driver v1.13.1
)
