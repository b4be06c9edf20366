class CreateTickets < ActiveRecord::Migration[7.0]
end
