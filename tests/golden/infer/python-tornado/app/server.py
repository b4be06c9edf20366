import asyncio

import tornado.web

PORT = 8765


class Main(tornado.web.RequestHandler):
    def get(self):
        self.write("hi")


async def main():
    app = tornado.web.Application([(r"/", Main)])
    app.listen(PORT)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
