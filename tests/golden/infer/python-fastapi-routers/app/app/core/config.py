import os


class Settings:
    API_PREFIX: str = "/api/v1"
    DATABASE_URL: str = os.environ["DATABASE_URL"]


settings = Settings()
