bind = "127.0.0.1:5000"
worker_class = "gevent"
