defmodule Bot.Application do
end
