"""A command that somebody wrote for a container, a platform or a developer, as far as it can be told apart.

A container's command often prepares before it serves (`migrate && gunicorn ..`), waits for a database, or runs a server
made for development; what belongs to the app is kept, what belongs to the container is not.
"""

from __future__ import annotations

import re
import shlex

WRAPPED = re.compile(r"""^(?:/bin/|/usr/bin/)?(?:ba|da|a)?sh\s+-l?e?c\s+(.+)$""")
WAIT = re.compile(r"^\S*(?:wait-for(?:-it)?(?:\.sh)?|dockerize|wait4x)\b[^&]*? -- (.+)$")
MIGRATES = re.compile(
    r"\bmigrate\b|\bdb[: ](?:upgrade|migrate|prepare|push|deploy)\b|\balembic\b.*\bupgrade\b|\bmigration:run\b"
    r"|\bdb:setup\b|\bmigrations?:migrate\b"
)
DEVELOPMENT = re.compile(
    r"\bflask\b.*\brun\b|\bmanage\.py\s+runserver|\bfastapi\s+dev\b|--reload\b|\bnodemon\b|\bts-node-dev\b|\btsx\s+watch\b"
    r"|\b(?:npm|pnpm|yarn|bun)(?:\s+run)?(?:\s+-\S+)*\s+(?:dev|develop|watch|serve:dev|start:dev|dev:\S+)\b"
    r"|\b(?:next|nuxt|nuxi|astro|remix|wrangler|vinxi)\s+dev\b|\bng\s+serve\b|\bvue-cli-service\s+serve\b"
    r"|(?:^|\s|/)vite(?:\s+(?:dev|serve|--\S+).*)?$|\bgatsby\s+develop\b|\breact-scripts\s+start\b|\bwebpack(?:-dev-server|\s+serve)\b"
    r"|\bphp\s+(?:-\S+\s+)*-S\b|\bartisan\s+serve\b|\bsymfony\s+(?:server:start|serve)\b|\bdotnet\s+watch\b|\bcargo\s+watch\b"
    r"|(?:^|/)air(?:\s|$)|\bnode\s+--watch\b|\bbin/dev\b|\bforeman\s+start\b|\bdeno\b.*--watch\b"
)
WORKS = re.compile(
    r"\bcelery\b|\bsidekiq\b|\bresque\b|\brq\s+worker\b|\brqworker\b|\bqcluster\b|\bdramatiq\b|\bhuey\b|\barq\b"
    r"|\bjobs:work\b|\bdelayed_job\b|\bgood_job\b|\bsolid_queue\b|\bbin/jobs\b|\bfaktory\b|\bshoryuken\b|\bsneakers\b"
    r"|\bqueue:(?:work|listen)\b|\bhorizon\b|\bmessenger:consume\b|\bschedule:work\b|\bclockwork\b"
)
ROLE = re.compile(
    r"\b(?P<program>celery|rqworker|rq|dramatiq|rundramatiq|huey|run_huey|qcluster|arq|sidekiq|resque|solid_queue|horizon|flower)\b"
    r"(?:.*?\s(?P<part>worker|beat|flower)\b)?"
)
"""Programs that work a queue, and which of their parts a command starts."""
WORKER_NAME = re.compile(
    r"work|celery|sidekiq|resque|(?:^|[-_])(?:beat|clock|cron|scheduler|queue|queues|jobs?|consumer|bot|listener|mailer)(?:$|[-_0-9])"
)


def unwrapped(command: str) -> str:
    """The command without the shell and the waiting around it: `sh -c "x"` and `wait-for-it db -- x` are x."""
    text = " ".join(command.split())
    for _ in range(3):
        if found := WRAPPED.match(text):
            text = _unquoted(found[1])
        if found := WAIT.match(text):
            text = found[1]
    return text.removeprefix("exec ").strip()


def steps(command: str) -> tuple[str, str]:
    """What migrates and what serves in `a && b`; the first is empty where nothing migrates."""
    parts = _parts(command)
    return (migration(command), parts[-1]) if len(parts) > 1 else ("", "".join(parts))


def migration(command: str) -> str:
    """The part of `a && b` that migrates; what only fills a new database is left out."""
    return next((part for part in _parts(command) if MIGRATES.search(part)), "")


def _parts(command: str) -> list[str]:
    parts = (part.strip().removeprefix("exec ").strip() for part in re.split(r"&&|;", unwrapped(command)))
    return [part for part in parts if part]


def is_development(command: str) -> bool:
    """Whether a command runs a server made for development."""
    return bool(DEVELOPMENT.search(command))


def is_work(name: str, command: str) -> bool:
    """Whether a process works in the background: by its command, or by what it is called."""
    return bool(WORKS.search(command) or WORKER_NAME.search(name.lower()))


def role_of(command: str) -> tuple[str, str] | None:
    """The queue's program that a command runs, and the part of it: two of the same are one process."""
    found = ROLE.search(command)
    return (found["program"], found["part"] or "worker") if found else None


def is_of_container(command: str) -> bool:
    """Whether a command only makes sense inside the image it was written for: a script or path of the image."""
    first = command.split(" ", 1)[0]
    return first.startswith("/") or first.endswith((".sh", "entrypoint")) or "supervisord" in first or first == "nginx"


def _unquoted(text: str) -> str:
    """The one argument of `sh -c`; as it is where the quotes are not balanced."""
    try:
        words = shlex.split(text)
    except ValueError:
        return text
    return words[0] if words else ""
