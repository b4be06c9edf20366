defmodule Site.MixProject do
  def project do
    [app: :site, elixir: "1.17.3", deps: deps()]
  end
  def application, do: [mod: {Site.Application, []}]
  defp deps do
    [
      {:phoenix, "~> 1.7"}
    ]
  end
end
