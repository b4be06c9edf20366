"""Says back what it is told, over HTTP and over a WebSocket."""

import os

from aiohttp import WSMsgType, web


async def index(request: web.Request) -> web.Response:
    return web.Response(text=f"You say {request.query.get('say', 'nothing')}\n")


async def echo(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request)
    async for message in socket:
        if message.type == WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket


async def health(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


app = web.Application()
app.add_routes([web.get("/", index), web.get("/ws", echo), web.get("/healthz", health)])

if __name__ == "__main__":
    # Longer than the load balancer keeps an idle connection (60 s).
    web.run_app(app, port=int(os.environ.get("PORT", "8080")), keepalive_timeout=75)
