defmodule Tiny.Router do
  use Plug.Router
  plug :match
  plug :dispatch

  get "/" do
    send_resp(conn, 200, "hi")
  end

  get "/ping" do
    send_resp(conn, 200, "pong")
  end
end
