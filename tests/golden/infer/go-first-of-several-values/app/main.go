package main

import (
	"cmp"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {})
	key := cmp.Or(os.Getenv("API_KEY"), os.Getenv("OLD_API_KEY"), "none")
	_ = key
	http.ListenAndServe(":"+cmp.Or(os.Getenv("PORT"), "3300"), nil)
}
