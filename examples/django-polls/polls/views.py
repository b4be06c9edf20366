"""The page, a vote, and whether this instance can serve."""

from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from polls.models import Poll


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "polls/index.html", {"polls": Poll.objects.order_by("-id")[:20]})


@require_POST
def vote(request: HttpRequest, number: int) -> HttpResponse:
    poll = get_object_or_404(Poll, pk=number)
    answer = "yes" if request.POST.get("answer") == "yes" else "no"
    Poll.objects.filter(pk=poll.pk).update(**{answer: F(answer) + 1})
    return redirect("index")


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok"})
