from sanic import Sanic
from sanic.response import text

app = Sanic("hello")


@app.get("/ping")
async def ping(request):
    return text("pong")


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=1337)
