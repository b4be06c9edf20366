from django.urls import include, path

from core import views

urlpatterns = [path("api/", include([path("health/", views.health), path("v1/<int:pk>/", views.one)]))]
