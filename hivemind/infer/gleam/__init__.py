"""How a Gleam repository is read."""
