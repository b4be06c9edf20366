import asyncio

from Stream.bot import bot
from Stream.web import server


async def main():
    await bot.start()
    await server.serve()


if __name__ == "__main__":
    asyncio.run(main())
