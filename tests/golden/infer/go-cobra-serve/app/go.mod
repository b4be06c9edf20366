module github.com/acme/gatehouse

go 1.22.0

require (
	github.com/spf13/cobra v1.8.1
	github.com/go-chi/chi/v5 v5.1.0
)
