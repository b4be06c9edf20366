defmodule BigWeb.Router do
  scope "/" do
    get "/health", BigWeb.HealthController, :show
  end
end
