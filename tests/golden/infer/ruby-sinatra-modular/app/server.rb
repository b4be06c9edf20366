require "sinatra/base"
require "redis"

class Shortener < Sinatra::Base
  set :port, 8080
  STORE = Redis.new(url: ENV["REDIS_URL"])

  get "/" do
    "short"
  end

  run! if app_file == $0
end
