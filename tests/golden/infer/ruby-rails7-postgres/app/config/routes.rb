Rails.application.routes.draw do
  root to: "tickets#index"
  resources :tickets do
    get "health"
  end
  namespace :api do
    namespace :v1 do
      get "status", to: "status#show"
    end
  end
end
