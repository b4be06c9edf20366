import os

import cherrypy


class Root:
    @cherrypy.expose
    def index(self):
        return "hi"


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "8099"))
    cherrypy.config.update({"server.socket_host": "0.0.0.0", "server.socket_port": port})
    cherrypy.quickstart(Root())
