defmodule Tiny.Application do
  def start(_type, _args) do
    # {Bandit, plug: Tiny.Old, port: 9999}
    children = [
      {Bandit, plug: Tiny.Router, port: 4040}
    ]
    Supervisor.start_link(children, strategy: :one_for_one)
  end
end
