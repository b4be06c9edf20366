defmodule Chat.Mixfile do
  def project do
    [app: :chat, elixir: "~> 1.5", deps: deps()]
  end

  def application, do: [mod: {Chat.Application, []}]

  defp deps do
    [
      {:phoenix, "~> 1.4.0"},
      {:mariaex, ">= 0.0.0"},
      {:plug_cowboy, "~> 2.0"}
    ]
  end
end
