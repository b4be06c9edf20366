require "webrick"
# WEBrick::HTTPServer.new(Port: 9999)
server = WEBrick::HTTPServer.new(Port: Integer(ENV.fetch("PORT", "8000")))
server.start
