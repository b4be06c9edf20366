require "sinatra"
require "sinatra/activerecord"
get("/status") { "ok" }
