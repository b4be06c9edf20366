defmodule Shop.Release do
  def migrate do
    for repo <- repos(), do: repo
  end
end
