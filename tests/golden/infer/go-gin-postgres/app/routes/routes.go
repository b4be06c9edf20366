package routes

import "github.com/gin-gonic/gin"

func Register(g *gin.RouterGroup) {
	v1 := g.Group("/v1")
	v1.GET("/health", func(c *gin.Context) { c.JSON(200, gin.H{"status": "ok"}) })
	v1.GET("/products/:id", func(c *gin.Context) {})
	v1.POST("/products", func(c *gin.Context) {})
}
