import os

SECRET_KEY = os.getenv("SECRET_KEY", "dev")
ROOT_URLCONF = "core.urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["DB_NAME"],
        "HOST": os.environ.get("DB_HOST", "localhost"),
    }
}
