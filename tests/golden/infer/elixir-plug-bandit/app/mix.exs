defmodule Tiny.MixProject do
  def project do
    [app: :tiny, elixir: "~> 1.15", deps: deps()]
  end
  def application do
    [extra_applications: [:logger], mod: {Tiny.Application, []}]
  end
  defp deps do
    [
      {:bandit, "~> 1.0"},
      {:redix, "~> 1.2"}
    ]
  end
end
