"""The worker of a queue outside Rails: it is told which file loads the jobs."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, fact
from hivemind.infer.places import is_aside
from hivemind.infer.ruby.project import Project

JOB = re.compile(r"^\s*include\s+Sidekiq::(?:Worker|Job)\b", re.MULTILINE)
LOADERS = ("config/environment.rb", "config/boot.rb", "config/application.rb", "boot.rb", "environment.rb", "app.rb")
"""Files that usually load the whole application."""
MAX_FILES = 150


def queue_worker(project: Project) -> dict[str, Fact]:
    """Sidekiq with the file of the only job, else the one that loads them all; nothing where none shows."""
    queue = project.gem("sidekiq")
    if not queue:
        return {}
    files = [path for path in project.tree.find("*.rb", project.folder)[:MAX_FILES] if not is_aside(path)]
    jobs = [path for path in files if JOB.search(project.tree.read(path) or "")]
    loaders = [project.file(name) for name in LOADERS if project.has(name)]
    loaded = jobs if len(jobs) == 1 else loaders
    if not jobs or not loaded:
        return {}
    below = loaded[0].removeprefix(project.file("x")[:-1])
    command = f"bundle exec sidekiq -r ./{below}"
    why = f"{queue.name} needs a process that works off its queue"
    return {"processes": fact({"worker": command}, why, queue.quote, project.tree.quote(jobs[0]), confidence="likely")}
