"""Where what is found."""

from django.urls import include, path

urlpatterns = [path("", include("polls.urls"))]
