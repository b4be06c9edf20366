package main

import (
	"net/http"

	"example.com/suite/shared/health"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) {})
	health.Register(mux)
	http.ListenAndServe(":7070", mux)
}
