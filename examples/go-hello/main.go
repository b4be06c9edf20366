// A greeting over HTTP, of the standard library alone.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "Hello from Go")
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	// Longer than the load balancer keeps an idle connection (60 s).
	server := &http.Server{Addr: ":" + port, IdleTimeout: 75 * time.Second}
	log.Fatal(server.ListenAndServe())
}
