require_relative "api"
run API
