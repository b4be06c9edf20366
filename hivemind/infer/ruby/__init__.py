"""How a Ruby project is read: its Gemfile, its Rails or Rack application, its scripts."""
