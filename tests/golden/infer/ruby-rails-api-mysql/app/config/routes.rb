Rails.application.routes.draw do
  scope '/api' do
    resources :articles, only: [:index, :show]
    post 'login', to: 'sessions#create'
  end
end
