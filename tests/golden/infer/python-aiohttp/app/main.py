import os

from aiohttp import web


async def health(request):
    return web.json_response({"ok": True})


def make():
    app = web.Application()
    app.router.add_get("/health", health)
    return app


if __name__ == "__main__":
    web.run_app(make(), port=int(os.getenv("PORT", "8088")))
