package main

import (
	"embed"
	"net/http"

	"github.com/go-chi/chi/v5"
)

//go:embed all:web/dist
var assets embed.FS

func main() {
	r := chi.NewRouter()
	r.Route("/api", func(r chi.Router) {
		r.Get("/healthz", func(w http.ResponseWriter, r *http.Request) {})
	})
	r.Handle("/*", http.FileServer(http.FS(assets)))
	http.ListenAndServe(getenv("LISTEN_ADDR", ":8080"), r)
}
