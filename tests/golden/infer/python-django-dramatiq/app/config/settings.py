ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["django_dramatiq"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
