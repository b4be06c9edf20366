require "sinatra/base"

# A greeting over HTTP.
class Hello < Sinatra::Base
  get("/") { "Hello from Ruby\n" }
  get("/healthz") { "ok\n" }
end

run Hello
