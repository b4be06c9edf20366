ROOT_URLCONF = "app.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "NAME": "x"}}
