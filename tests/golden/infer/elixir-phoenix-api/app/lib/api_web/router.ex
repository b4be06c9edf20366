defmodule ApiWeb.Router do
  scope "/api", ApiWeb do
    pipe_through :api
    resources "/posts", PostController, except: [:new, :edit]
  end
end
