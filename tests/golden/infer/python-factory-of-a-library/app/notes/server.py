import os

import uvicorn
from mcp.server.fastmcp import FastMCP


def create_app(name):
    return FastMCP(name).streamable_http_app()


app = create_app("notes")

if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=int(os.environ.get("PORT", "3011")))
