STATIC_ROOT = "collected"
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]
