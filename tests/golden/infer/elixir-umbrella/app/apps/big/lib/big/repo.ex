defmodule Big.Repo do
  use Ecto.Repo, otp_app: :big, adapter: Ecto.Adapters.Postgres
end
