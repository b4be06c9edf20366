import os

import uvicorn

from Stream.web.main import app

server = uvicorn.Server(uvicorn.Config(app, host="0.0.0.0", port=int(os.environ.get("PORT", 8000))))
