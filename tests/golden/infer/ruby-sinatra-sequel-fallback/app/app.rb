require "sinatra/base"
require "sequel"
DB = Sequel.connect(ENV["DATABASE_URL"] || "sqlite://dev.db")
class App < Sinatra::Base
  get "/" do
    "hi"
  end
end
