import os

import chainlit as cl

KEY = os.environ["OPENAI_API_KEY"]


@cl.on_message
async def main(message):
    await cl.Message(content=message.content).send()
