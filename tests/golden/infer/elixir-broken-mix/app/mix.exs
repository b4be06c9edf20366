defmodule Broken do
  def project [[[ app: , elixir: "not a version",
  {:phoenix
