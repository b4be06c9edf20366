from fastapi import FastAPI

from app.api import orders
from app.core.config import settings

app = FastAPI(title="orders")
app.include_router(orders.router, prefix=settings.API_PREFIX)


@app.get("/")
async def index():
    return {"service": "orders"}
