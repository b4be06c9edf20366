package main

import (
	"database/sql"
	"os"

	"github.com/gin-gonic/gin"
	_ "github.com/lib/pq"
)

func main() {
	db, err := sql.Open("postgres", os.Getenv("DB_SOURCE"))
	if err != nil {
		panic(err)
	}
	defer db.Close()
	router := gin.New()
	router.GET("/posts", func(c *gin.Context) {})
	router.Run(":" + os.Getenv("PORT"))
}
