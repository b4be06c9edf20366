module github.com/acme/slices

go 1.21
