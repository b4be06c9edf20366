package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "9000"
	}
	token := os.Getenv("API_TOKEN")
	if token == "" {
		log.Fatal("API_TOKEN is not set")
	}
	http.HandleFunc("/", hello)
	http.HandleFunc("/healthz", healthy)
	log.Fatal(http.ListenAndServe(":"+port, nil))
}

func hello(w http.ResponseWriter, r *http.Request)   { w.Write([]byte("hello")) }
func healthy(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) }
