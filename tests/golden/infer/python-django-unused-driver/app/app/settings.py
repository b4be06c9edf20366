ROOT_URLCONF = "app.urls"
# "ENGINE": "django.db.backends.postgresql"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
