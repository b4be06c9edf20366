from fastapi import FastAPI


def create_app(profile):
    api = FastAPI(title=profile)
    return api
