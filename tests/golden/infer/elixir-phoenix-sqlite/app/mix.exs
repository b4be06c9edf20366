defmodule Notes.MixProject do
  def project do
    [app: :notes, elixir: "~> 1.15", deps: deps(), releases: [notes: [include_executables_for: [:unix]]]]
  end

  def application do
    [mod: {Notes.Application, []}]
  end

  defp deps do
    [
      {:phoenix, "~> 1.7"},
      {:ecto_sqlite3, ">= 0.0.0"},
      {:plug_cowboy, "~> 2.5"}
    ]
  end
end
