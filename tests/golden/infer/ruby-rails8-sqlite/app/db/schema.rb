ActiveRecord::Schema[8.0].define(version: 2025_01_01_000000) do
end
