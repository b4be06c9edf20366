from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RELAY_")

    bot_token: str
    log_level: str = "INFO"


settings = Settings()
