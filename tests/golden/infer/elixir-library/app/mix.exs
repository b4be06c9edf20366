defmodule Parse.MixProject do
  def project do
    [app: :parse, elixir: "~> 1.12", deps: [{:ex_doc, "~> 0.30", only: :dev}]]
  end
end
