defmodule Big.Core.MixProject do
  def project do
    [app: :big, elixir: "~> 1.14"]
  end
  def application, do: [mod: {Big.Application, []}]
  defp deps do
    [
      {:ecto_sql, "~> 3.10"},
      {:postgrex, ">= 0.0.0"}
    ]
  end
end
