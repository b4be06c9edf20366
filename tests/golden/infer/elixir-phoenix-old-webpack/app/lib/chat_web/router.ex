defmodule ChatWeb.Router do
  scope "/", ChatWeb do
    get "/", PageController, :index
  end
end
