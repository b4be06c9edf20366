Rails.application.routes.draw do
  # get "health" => "never#mind"
  get "up" => "rails/health#show", as: :rails_health_check
  resources :books
  root "books#index"
end
