import asyncio

from aiogram import Bot, Dispatcher

from relay.config import settings

asyncio.run(Dispatcher().start_polling(Bot(settings.bot_token)))
