from django.urls import path
from django.views.generic import RedirectView, TemplateView

urlpatterns = [
    path("", RedirectView.as_view(url="/home/")),
    path("home/", TemplateView.as_view(template_name="home.html")),
]
