package main

import (
	"database/sql"
	"log"
	"net/http"

	"github.com/gorilla/mux"
	_ "github.com/mattn/go-sqlite3"
)

const port = ":8000"

func main() {
	db, _ := sql.Open("sqlite3", "./notes.db")
	defer db.Close()
	r := mux.NewRouter()
	api := r.PathPrefix("/api").Subrouter()
	api.HandleFunc("/status", status).Methods("GET")
	api.HandleFunc("/health", status).Methods("POST")
	log.Fatal(http.ListenAndServe(port, r))
}

func status(w http.ResponseWriter, r *http.Request) {}
