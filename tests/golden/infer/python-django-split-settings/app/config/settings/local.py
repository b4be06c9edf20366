from .base import *

SECRET_KEY = env("DJANGO_SECRET_KEY", default="insecure")
DEBUG = True
