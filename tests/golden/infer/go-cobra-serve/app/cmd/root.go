package cmd

import "github.com/spf13/cobra"

var root = &cobra.Command{Use: "gatehouse"}

func Execute() { root.Execute() }
