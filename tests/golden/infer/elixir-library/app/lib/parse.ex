defmodule Parse do
end
