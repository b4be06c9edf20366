module Blorgh
  class Engine < ::Rails::Engine
  end
end
