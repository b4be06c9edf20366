defmodule BigWeb.MixProject do
  def project do
    [app: :big_web]
  end
  defp deps do
    [
      {:phoenix, "~> 1.7"},
      {:big, in_umbrella: true}
    ]
  end
  defp aliases do
    [
      "assets.deploy": ["esbuild default --minify", "phx.digest"]
    ]
  end
end
