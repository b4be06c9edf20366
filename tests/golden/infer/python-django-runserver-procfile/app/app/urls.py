from django.urls import re_path

urlpatterns = [re_path(r"^status/$", None), re_path(r"^users/(?P<pk>\d+)/$", None)]
