<<<<<<< HEAD
"""The page, a vote, and whether this instance can serve."""
=======
"""What visitors see and do."""
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)

from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
<<<<<<< HEAD
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
=======
from django.views.decorators.http import require_POST

from polls.models import Question


def index(request: HttpRequest) -> HttpResponse:
    """The questions, those with most votes first."""
    return render(request, "polls/index.html", {"questions": Question.objects.order_by("-votes", "id")[:50]})


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Adds a question."""
    if text := request.POST.get("text", "").strip()[:200]:
        Question.objects.create(text=text)
    return redirect("index")


@require_POST
def vote(request: HttpRequest, question_id: int) -> HttpResponse:
    """One more vote for a question."""
    get_object_or_404(Question, pk=question_id)
    Question.objects.filter(pk=question_id).update(votes=F("votes") + 1)
    return redirect("index")


def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)
