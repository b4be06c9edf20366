"""How Python projects are read: their requirements, `pyproject.toml` and syntax trees; never by importing them."""
