"""What goes wrong on the way to GitHub, as our one error with the next thing to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hivemind.errors import ForgeError

_HINTS = {
    401: "Give the job its token: `env: {GITHUB_TOKEN: ${{ github.token }}}`.",
    403: "Give the job the permission that it lacks under `permissions:`; `hivemind ci init` writes those it needs.",
    404: "Look whether the repository and the number are right, and whether the token may see them.",
    422: "GitHub does not take it as it is; its own words above say why.",
}
_OTHERWISE = "Look at https://www.githubstatus.com, and run the job again: it goes on from where it is."


@contextmanager
def forge_errors(where: str) -> Iterator[None]:
    """Turn what PyGithub and its HTTP client raise into ForgeError; a token is never among its words."""
    from github import GithubException
    from requests.exceptions import RequestException

    try:
        yield
    except GithubException as error:
        words = _words(error.data) or error.message or "no reason given"
        raise ForgeError(
            f"GitHub answered {error.status}: {words}", where=where, hint=_HINTS.get(error.status, _OTHERWISE)
        ) from None
    except RequestException as error:
        raise ForgeError(f"GitHub cannot be reached ({type(error).__name__})", where=where, hint=_OTHERWISE) from None


def _words(data: object) -> str:
    return str(data.get("message") or "") if isinstance(data, dict) else ""
