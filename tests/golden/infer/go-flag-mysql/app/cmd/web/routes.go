package main

import "net/http"

func routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", home)
	mux.HandleFunc("GET /ping", ping)
	mux.HandleFunc("POST /snippet/create", home)
	return mux
}

func home(w http.ResponseWriter, r *http.Request) {}
func ping(w http.ResponseWriter, r *http.Request) {}
