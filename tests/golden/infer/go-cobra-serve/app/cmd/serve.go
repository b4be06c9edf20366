package cmd

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/spf13/cobra"
)

var port int

var serve = &cobra.Command{
	Use:   "serve",
	Short: "Answer HTTP",
	RunE: func(cmd *cobra.Command, args []string) error {
		r := chi.NewRouter()
		r.Get("/ping", func(w http.ResponseWriter, r *http.Request) {})
		return http.ListenAndServe(fmt.Sprintf(":%d", port), r)
	},
}

func init() {
	serve.Flags().IntVarP(&port, "port", "p", 8088, "port to listen on")
	root.AddCommand(serve)
}
