"""How an Elixir project is read: mix.exs and its configuration."""
