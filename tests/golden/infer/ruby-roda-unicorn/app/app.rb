require "roda"
class App < Roda
  route do |r|
    r.root { "home" }
  end
end
