module Shop
  class Routes < Hanami::Routes
    root to: "home.index"
    get "/up", to: ->(env) { [200, {}, ["ok"]] }
  end
end
