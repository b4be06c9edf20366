from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route


async def up(request):
    return PlainTextResponse("up")


app = Starlette(routes=[Mount("/internal", routes=[Route("/up", up)])])
