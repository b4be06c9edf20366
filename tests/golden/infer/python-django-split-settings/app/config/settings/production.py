from .base import *

SECRET_KEY = env("DJANGO_SECRET_KEY")
ADMIN_URL = env.str("DJANGO_ADMIN_URL", "admin/")
