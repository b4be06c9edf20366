defmodule Bot.MixProject do
  def project do
    [app: :bot, elixir: "~> 1.14", deps: deps()]
  end
  def application do
    [mod: {Bot.Application, []}]
  end
  defp deps do
    [
      {:nostrum, "~> 0.8"}
    ]
  end
end
