package main

import (
	"net/http"
)

/*
http.ListenAndServe(":5000", nil)
http.HandleFunc("/healthz", healthy)
*/
func main() {
	// http.ListenAndServe(":6000", nil)
	usage := `
		curl http://localhost:7000/health // try it
	`
	_ = usage
	http.HandleFunc("/up", func(w http.ResponseWriter, r *http.Request) {})
	server := &http.Server{Addr: ":8800"}
	server.ListenAndServe()
}
