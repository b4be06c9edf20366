import os

from pyrogram import Client

bot = Client("stream", bot_token=os.environ["BOT_TOKEN"])
