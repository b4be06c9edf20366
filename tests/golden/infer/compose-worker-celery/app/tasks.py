import os

from celery import Celery

celery = Celery("tasks", broker=os.environ["CELERY_BROKER_URL"])
