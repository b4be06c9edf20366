package main

import "github.com/acme/ledger/internal/config"

func main() { _ = config.Load() }
