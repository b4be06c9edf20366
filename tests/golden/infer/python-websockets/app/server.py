import asyncio
import os

from websockets.asyncio.server import serve


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def main():
    async with serve(echo, host="", port=int(os.environ["PORT"])):
        await asyncio.Future()


asyncio.run(main())
