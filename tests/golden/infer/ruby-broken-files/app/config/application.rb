class Application < Rails::Application
