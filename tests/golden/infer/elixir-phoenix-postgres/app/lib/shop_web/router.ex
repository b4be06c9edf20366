defmodule ShopWeb.Router do
  use ShopWeb, :router

  scope "/", ShopWeb do
    pipe_through :browser

    get "/", PageController, :home
  end

  scope "/api", ShopWeb do
    pipe_through [:api, :require_authenticated_user]

    get "/status", StatusController, :show
  end

  scope "/" do
    get "/healthz", ShopWeb.HealthController, :index
  end
end
