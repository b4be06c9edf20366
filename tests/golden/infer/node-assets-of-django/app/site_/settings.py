WSGI_APPLICATION = "site_.wsgi.application"
ROOT_URLCONF = "site_.urls"
