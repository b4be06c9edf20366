require "discordrb"
bot = Discordrb::Bot.new token: ENV.fetch("DISCORD_TOKEN")
bot.run
