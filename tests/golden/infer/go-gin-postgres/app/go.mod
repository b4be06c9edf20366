module github.com/acme/shop-api

go 1.21

require (
	github.com/gin-gonic/gin v1.10.0
	github.com/joho/godotenv v1.5.1
	gorm.io/driver/postgres v1.5.9
	gorm.io/gorm v1.25.12
)

require github.com/jackc/pgx/v5 v5.5.5 // indirect
