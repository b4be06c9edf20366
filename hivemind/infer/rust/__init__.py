"""How a Rust repository is read."""
