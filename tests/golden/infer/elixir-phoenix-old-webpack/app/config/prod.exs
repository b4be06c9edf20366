use Mix.Config
config :chat, ChatWeb.Endpoint,
  http: [:inet6, port: System.get_env("PORT") || 4000],
  url: [host: "example.com", port: 80]
import_config "prod.secret.exs"
