import Config
config :api, ApiWeb.Endpoint, http: [port: 4001], server: true
