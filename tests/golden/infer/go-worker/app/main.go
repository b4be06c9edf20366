package main

import (
	"os"

	"github.com/nats-io/nats.go"
)

func main() {
	nc, err := nats.Connect(os.Getenv("NATS_URL"))
	if err != nil {
		panic(err)
	}
	nc.Subscribe("orders", func(m *nats.Msg) {})
	select {}
}
