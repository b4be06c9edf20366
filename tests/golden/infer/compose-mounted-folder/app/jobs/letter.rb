class Letter
  include Sidekiq::Job

  def perform(id)
  end
end
