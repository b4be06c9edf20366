require "sinatra"

set :port, ENV.fetch("PORT", 4567)

get "/" do
  "hello"
end

get "/healthz" do
  "ok"
end

get "/greet/:name" do
  "hi"
end
