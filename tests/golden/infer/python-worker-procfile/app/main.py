from telegram.ext import ApplicationBuilder


def main():
    ApplicationBuilder().token("x").build().run_polling()


if __name__ == "__main__":
    main()
