from django.urls import path

from polls import views

urlpatterns = [path("", views.index), path("<int:pk>/", views.detail), path("health/", views.health)]
