"""How a Go repository is read."""
