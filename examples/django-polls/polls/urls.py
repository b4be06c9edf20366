"""The addresses of the polls."""

from django.urls import path

from polls import views

urlpatterns = [
    path("", views.index, name="index"),
    path("ask/", views.ask, name="ask"),
    path("<int:question_id>/vote/", views.vote, name="vote"),
    path("healthz", views.healthz, name="healthz"),
]
