import { Bot } from "npm:grammy@1";
const bot = new Bot(Deno.env.get("BOT_TOKEN")!);
bot.start();
