from fastapi import FastAPI

from .items import router

app = FastAPI(docs_url=None)
app.include_router(router)
