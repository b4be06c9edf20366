"""How a C or C++ repository is read."""
