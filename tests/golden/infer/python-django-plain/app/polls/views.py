from django.http import HttpResponse


def index(request):
    return HttpResponse("polls")


def detail(request, pk):
    return HttpResponse(pk)


def health(request):
    return HttpResponse("ok")
