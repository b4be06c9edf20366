port        ENV['PORT']     || 3001
environment ENV['RACK_ENV'] || 'development'
