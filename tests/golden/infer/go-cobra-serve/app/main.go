package main

import "github.com/acme/gatehouse/cmd"

func main() { cmd.Execute() }
