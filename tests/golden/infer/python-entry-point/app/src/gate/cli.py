import uvicorn
from fastapi import FastAPI


def main():
    app = FastAPI()
    uvicorn.run(app, host="0.0.0.0", port=7000)
