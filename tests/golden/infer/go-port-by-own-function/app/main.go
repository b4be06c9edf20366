package main

import (
	"net/http"

	"example.com/mill/internal/settings"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {})
	http.ListenAndServe(":"+settings.EnvPortOr("3600"), nil)
}
