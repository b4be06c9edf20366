"""Every address of the site."""

from django.urls import path
from polls import views

urlpatterns = [
    path("", views.index, name="index"),
    path("polls/<int:number>/vote", views.vote, name="vote"),
    path("healthz", views.health, name="health"),
]
