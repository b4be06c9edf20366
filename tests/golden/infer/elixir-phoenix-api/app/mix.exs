defmodule Api.MixProject do
  def project do
    [app: :api, elixir: ">= 1.13.0 and < 1.17.0", deps: deps()]
  end
  def application do
    [mod: {Api.Application, []}]
  end
  defp deps do
    [{:phoenix, "~> 1.7"},
     {:jason, "~> 1.2"}]
  end
end
