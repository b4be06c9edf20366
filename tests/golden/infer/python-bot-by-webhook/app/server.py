import asyncio

from aiogram import types
from flask import Flask, request

from bot import bot, dp

app = Flask(__name__)


@app.get("/")
def home():
    return "runs"


@app.post("/webhook")
def webhook():
    asyncio.run(dp.feed_update(bot, types.Update(**request.get_json())))
    return "ok"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=10000)
