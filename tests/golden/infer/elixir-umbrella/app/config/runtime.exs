import Config
config :big_web, BigWeb.Endpoint, http: [port: System.get_env("PORT", "4000")], server: true
