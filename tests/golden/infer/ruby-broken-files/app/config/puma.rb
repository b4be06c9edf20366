port
