require "grape"
class API < Grape::API
  format :json
  get "/health" do
    { ok: true }
  end
end
