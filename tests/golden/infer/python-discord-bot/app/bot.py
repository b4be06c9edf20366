import os

import discord
from discord.ext import commands

bot = commands.Bot("!", intents=discord.Intents.default())
bot.run(os.environ["DISCORD_TOKEN"])
