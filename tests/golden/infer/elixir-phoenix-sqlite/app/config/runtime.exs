import Config
if config_env() == :prod do
  database_path = System.fetch_env!("DATABASE_PATH")
  config :notes, NotesWeb.Endpoint,
    http: [port: String.to_integer(System.get_env("PORT", "8080"))],
    secret_key_base: System.fetch_env!("SECRET_KEY_BASE"),
    server: true
end
