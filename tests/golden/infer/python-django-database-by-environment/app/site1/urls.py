from django.urls import path

from site1 import views

urlpatterns = [path("up/", views.up)]
