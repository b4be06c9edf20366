defmodule NotesWeb.Router do
  scope "/", NotesWeb do
    live "/", HomeLive
    live "/notes/:id", NoteLive
  end
end
