"""Questions and how often each answer was chosen."""

from django.db import models


class Poll(models.Model):
    question = models.CharField(max_length=200)
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)
