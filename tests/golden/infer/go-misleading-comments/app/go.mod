module "example.com/quiet" // go 1.18

// toolchain go1.19.0
go 1.23.4

require (
	// github.com/lib/pq v1.10.9
)
