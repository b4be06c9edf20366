<<<<<<< HEAD
"""Questions and how often each answer was chosen."""
=======
"""What is kept."""
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)

from django.db import models


<<<<<<< HEAD
class Poll(models.Model):
    question = models.CharField(max_length=200)
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)
=======
class Question(models.Model):
    """Something to vote for."""

    text = models.CharField(max_length=200)
    votes = models.IntegerField(default=0)
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)
