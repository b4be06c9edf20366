import environ

env = environ.Env(DJANGO_DEBUG=(bool, False))
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DATABASES = {"default": env.db("DATABASE_URL")}
CELERY_BROKER_URL = env("REDIS_URL")
DEBUG = env("DJANGO_DEBUG")
