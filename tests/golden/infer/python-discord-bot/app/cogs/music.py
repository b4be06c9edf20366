from discord.ext import commands


class Music(commands.Cog):
    pass
