require "rack/handler/puma"
require "./app"

Rack::Handler::Puma.run(
  Sinatra::Application,
  Port: 3000,
  Host: "0.0.0.0"
)
