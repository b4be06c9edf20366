from bottle import get, run


@get("/ping")
def ping():
    return "pong"


run(host="0.0.0.0", port=8080)
