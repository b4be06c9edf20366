defmodule SiteWeb.Router do
  get "/up", SiteWeb.Up, :show
end
