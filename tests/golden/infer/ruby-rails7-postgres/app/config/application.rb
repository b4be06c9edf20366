module Desk
  class Application < Rails::Application
  end
end
