"""GitHub's REST API over HTTP on loopback, before a real repository: what HiveMind asks of it, and nothing more.

It forgives nothing: a path that it does not know is an error, a token without rights may only read, and what GitHub
would not take for its length is not taken. Whatever people do (push, comment, approve, merge) is a method; each event
is the file that a runner would find.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAME = "acme/shop"
LOGIN = "github-actions[bot]"
READER, WRITER = "ghs_reader", "ghs_writer"
"""The tokens of a job that may only read, and of one that may speak."""
MOST_COMMENT, MOST_STATUS = 65_536, 140
Said = tuple[int, Any]


@dataclass
class Thread:
    """A pull request with what was said in it."""

    number: int
    author: str
    branch: str
    base: str
    title: str
    fork: bool = False
    merged: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[tuple[str, str]] = field(default_factory=list)


class GitHub:
    """One repository, `acme/shop`; `git` is its bare repository on this disk."""

    def __init__(self, git: Path) -> None:
        self.git = git
        self.threads: dict[int, Thread] = {}
        self.statuses: list[dict[str, Any]] = []
        self.deployments: list[dict[str, Any]] = []
        self.permissions: dict[str, str] = {}
        self.unknown: list[str] = []
        self.url = ""
        self._lock = threading.Lock()

    @contextmanager
    def serving(self) -> Iterator[GitHub]:
        """Answer on a free port of loopback while this lasts."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    # what people do

    def open_pull(self, branch: str, *, author: str, title: str = "a change", fork: bool = False) -> Thread:
        made = Thread(len(self.threads) + 1, author, branch, "main", title, fork)
        self.threads[made.number] = made
        return made

    def comment(self, thread: Thread, author: str, words: str) -> None:
        self._comment(thread, author, words)

    def merge(self, thread: Thread) -> str:
        """Press the button: a merge commit on the base branch."""
        tree = self._run("merge-tree", "--write-tree", thread.base, thread.branch).splitlines()[0]
        thread.merged = self._commit(tree, f"Merge #{thread.number}", thread.base, thread.branch)
        self._run("update-ref", f"refs/heads/{thread.base}", thread.merged)
        return thread.merged

    def ours(self, thread: Thread, mark: str) -> list[str]:
        """What HiveMind's comments with that mark say."""
        return [c["body"] for c in thread.comments if c["user"]["login"] == LOGIN and c["body"].startswith(mark)]

    # what a runner finds

    def event(self, name: str, thread: Thread, words: str = "", author: str = "") -> Mapping[str, Any]:
        """What GitHub leaves on the runner for this event."""
        pull = self._pull(thread)
        match name:
            case "pull_request":
                return {"action": "synchronize", "number": thread.number, "pull_request": pull}
            case "push":
                return {"ref": f"refs/heads/{thread.base}", "after": thread.merged}
            case "issue_comment":
                comment = {"body": words, "user": {"login": author}}
                return {"issue": {"number": thread.number, "pull_request": {"url": pull["url"]}}, "comment": comment}
            case _:
                run = {"head_sha": self.head(thread), "head_branch": thread.branch}
                return {"workflow_run": {**run, "head_repository": {"owner": {"login": thread.author}}}}

    def given(self, place: Path, event: str, told: Mapping[str, Any], token: str) -> dict[str, str]:
        """The environment of a job for an event, whose files lie in a folder."""
        path = place / "event.json"
        path.write_text(json.dumps(told))
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.url,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_OUTPUT": str(place / "output"),
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
            "GITHUB_TOKEN": token,
        }

    def head(self, thread: Thread) -> str:
        return self._run("rev-parse", thread.branch).strip()

    # what is asked over HTTP

    def answer(self, method: str, path: str, body: Any, token: str) -> Said:
        place = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(place.query).items()}
        if token not in (READER, WRITER):
            return 401, {"message": "Bad credentials"}
        if method != "GET" and token != WRITER:
            return 403, {"message": "Resource not accessible by integration"}
        with self._lock:
            for wanted, pattern, reply in _ROUTES:
                found = re.fullmatch(pattern.replace("REPO", f"/repos/{NAME}"), place.path)
                if wanted == method and found:
                    try:
                        return reply(self, {**query, **found.groupdict()}, body)
                    except KeyError:
                        return 404, {"message": "Not Found"}
            self.unknown.append(f"{method} {path}")
        return 404, {"message": "Not Found"}

    def get_pull(self, asked: Mapping[str, str], _: Any) -> Said:
        return 200, self._pull(self.threads[int(asked["number"])])

    def get_pulls(self, asked: Mapping[str, str], _: Any) -> Said:
        heads = {thread.number: f"{thread.author}:{thread.branch}" for thread in self.threads.values()}
        found = [t for t in self.threads.values() if t.merged is None and heads[t.number] == asked["head"]]
        return 200, [self._pull(thread) for thread in found]

    def get_files(self, asked: Mapping[str, str], _: Any) -> Said:
        thread = self.threads[int(asked["number"])]
        base = f"{thread.merged}^1" if thread.merged else thread.base
        head = thread.merged or thread.branch
        lines = self._run("diff", "--name-status", "--no-renames", f"{base}...{head}").splitlines()
        names = {"A": "added", "M": "modified", "D": "removed"}
        return 200, [{"filename": line.split("\t")[1], "status": names[line[0]]} for line in lines]

    def get_reviews(self, asked: Mapping[str, str], _: Any) -> Said:
        thread = self.threads[int(asked["number"])]
        return 200, [{"user": {"login": login}, "state": state} for login, state in thread.reviews]

    def get_issue(self, asked: Mapping[str, str], _: Any) -> Said:
        number = self.threads[int(asked["number"])].number
        return 200, {"number": number, "url": f"{self.url}/repos/{NAME}/issues/{number}"}

    def get_comments(self, asked: Mapping[str, str], _: Any) -> Said:
        return 200, self.threads[int(asked["number"])].comments

    def add_comment(self, asked: Mapping[str, str], body: Any) -> Said:
        if len(body["body"]) > MOST_COMMENT:
            return 422, {"message": "Body is too long"}
        return 201, self._comment(self.threads[int(asked["number"])], LOGIN, body["body"])

    def edit_comment(self, asked: Mapping[str, str], body: Any) -> Said:
        if len(body["body"]) > MOST_COMMENT:
            return 422, {"message": "Body is too long"}
        every = [comment for thread in self.threads.values() for comment in thread.comments]
        found = next(comment for comment in every if comment["id"] == int(asked["id"]))
        found.update(body=body["body"], edits=found["edits"] + 1)
        return 200, found

    def get_commit(self, asked: Mapping[str, str], _: Any) -> Said:
        return 200, {"sha": asked["sha"], "url": f"{self.url}/repos/{NAME}/commits/{asked['sha']}"}

    def get_pulls_of(self, asked: Mapping[str, str], _: Any) -> Said:
        return 200, [self._pull(thread) for thread in self.threads.values() if thread.merged == asked["sha"]]

    def add_status(self, asked: Mapping[str, str], body: Any) -> Said:
        if len(body.get("description", "")) > MOST_STATUS:
            return 422, {"message": "description is too long (maximum is 140 characters)"}
        self.statuses.append({"sha": asked["sha"], **body})
        return 201, self.statuses[-1]

    def get_permission(self, asked: Mapping[str, str], _: Any) -> Said:
        return 200, {"permission": self.permissions[asked["login"]]}

    def add_deployment(self, _: Mapping[str, str], body: Any) -> Said:
        number = len(self.deployments) + 1
        url = f"{self.url}/repos/{NAME}/deployments/{number}"
        self.deployments.append({**body, "id": number, "url": url, "states": []})
        return 201, self.deployments[-1]

    def get_deployment(self, asked: Mapping[str, str], _: Any) -> Said:
        return 200, self.deployments[int(asked["id"]) - 1]

    def add_deployment_status(self, asked: Mapping[str, str], body: Any) -> Said:
        self.deployments[int(asked["id"]) - 1]["states"].append((body["state"], body.get("environment_url", "")))
        return 201, {"id": 1, **body}

    def query(self, _: Mapping[str, str], body: Any) -> Said:
        """The one mutation there is: a pull request whose branch takes a merged one back."""
        number = int(body["variables"]["input"]["pullRequestId"].removeprefix("PR_"))
        thread = self.threads[number]
        if "revertPullRequest" not in body["query"] or thread.merged is None:
            return 200, {"errors": [{"message": "Pull request is not merged"}], "data": {"revertPullRequest": None}}
        before = self._run("rev-parse", f"{thread.merged}^1^{{tree}}").strip()
        branch = f"revert-{number}"
        self._run("update-ref", f"refs/heads/{branch}", self._commit(before, f"Revert #{number}", thread.base))
        made = self.open_pull(branch, author=LOGIN, title=f"Revert #{number}")
        url = self._pull(made)["html_url"]
        return 200, {"data": {"revertPullRequest": {"revertPullRequest": {"url": url}}}}

    def _comment(self, thread: Thread, author: str, words: str) -> dict[str, Any]:
        number = 1 + sum(len(each.comments) for each in self.threads.values())
        url = f"{self.url}/repos/{NAME}/issues/comments/{number}"
        made = {"id": number, "url": url, "body": words, "user": {"login": author}, "edits": 0}
        thread.comments.append(made)
        return made

    def _pull(self, thread: Thread) -> dict[str, Any]:
        home = f"{thread.author}/shop" if thread.fork else NAME
        return {
            "number": thread.number,
            "node_id": f"PR_{thread.number}",
            "url": f"{self.url}/repos/{NAME}/pulls/{thread.number}",
            "html_url": f"https://github.com/{NAME}/pull/{thread.number}",
            "title": thread.title,
            "user": {"login": thread.author},
            "state": "closed" if thread.merged else "open",
            "merged_at": "2026-01-01T00:00:00Z" if thread.merged else None,
            "merge_commit_sha": thread.merged,
            "head": {"sha": self.head(thread), "ref": thread.branch, "repo": {"full_name": home}},
            "base": {"ref": thread.base, "repo": {"full_name": NAME}},
            "labels": [{"name": name} for name in thread.labels],
        }

    def _commit(self, tree: str, words: str, *parents: str) -> str:
        chain = [word for parent in parents for word in ("-p", parent)]
        person = ("-c", "user.name=web", "-c", "user.email=web@example.com")
        return self._run(*person, "commit-tree", tree, "-m", words, *chain).strip()

    def _run(self, *words: str) -> str:
        done = subprocess.run(["git", "-C", str(self.git), *words], check=True, capture_output=True, text=True)
        return done.stdout


Reply = Callable[[GitHub, Mapping[str, str], Any], Said]
_ROUTES: tuple[tuple[str, str, Reply], ...] = (
    ("GET", r"REPO/pulls", GitHub.get_pulls),
    ("GET", r"REPO/pulls/(?P<number>\d+)", GitHub.get_pull),
    ("GET", r"REPO/pulls/(?P<number>\d+)/files", GitHub.get_files),
    ("GET", r"REPO/pulls/(?P<number>\d+)/reviews", GitHub.get_reviews),
    ("GET", r"REPO/issues/(?P<number>\d+)", GitHub.get_issue),
    ("GET", r"REPO/issues/(?P<number>\d+)/comments", GitHub.get_comments),
    ("POST", r"REPO/issues/(?P<number>\d+)/comments", GitHub.add_comment),
    ("PATCH", r"REPO/issues/comments/(?P<id>\d+)", GitHub.edit_comment),
    ("GET", r"REPO/commits/(?P<sha>[0-9a-f]{40})", GitHub.get_commit),
    ("GET", r"REPO/commits/(?P<sha>[0-9a-f]{40})/pulls", GitHub.get_pulls_of),
    ("POST", r"REPO/statuses/(?P<sha>[0-9a-f]{40})", GitHub.add_status),
    ("GET", r"REPO/collaborators/(?P<login>[^/]+)/permission", GitHub.get_permission),
    ("POST", r"REPO/deployments", GitHub.add_deployment),
    ("GET", r"REPO/deployments/(?P<id>\d+)", GitHub.get_deployment),
    ("POST", r"REPO/deployments/(?P<id>\d+)/statuses", GitHub.add_deployment_status),
    ("POST", r"/graphql", GitHub.query),
)


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            token = self.headers.get("Authorization", "").removeprefix("token ").removeprefix("Bearer ")
            status, said = github.answer(self.command, self.path, body, token)
            text = json.dumps(self._paged(said)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            for link in self._next(said):
                self.send_header("Link", link)
            self.end_headers()
            self.wfile.write(text)

        def _page(self) -> tuple[int, int]:
            query = parse_qs(urlsplit(self.path).query)
            return int(query.get("page", ["1"])[0]), int(query.get("per_page", ["30"])[0])

        def _paged(self, said: Any) -> Any:
            page, size = self._page()
            return said[(page - 1) * size : page * size] if isinstance(said, list) else said

        def _next(self, said: Any) -> Iterator[str]:
            page, size = self._page()
            if isinstance(said, list) and len(said) > page * size:
                path = urlsplit(self.path).path
                yield f'<{github.url}{path}?page={page + 1}&per_page={size}>; rel="next"'

        do_GET = do_POST = do_PATCH = _answer

        def log_message(self, *_: object) -> None:
            """Nothing is said of a request."""

    return Handler
