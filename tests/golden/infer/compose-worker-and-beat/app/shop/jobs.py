from celery import Celery

celeryapp = Celery("jobs", broker="redis://redis:6379/0")
