defmodule Shop.Repo.Migrations.CreateItems do
end
