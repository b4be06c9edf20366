from celery import Celery

celery = Celery("tasks")
