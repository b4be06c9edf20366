"""Commands of containers, platforms and developers told apart."""

from __future__ import annotations

import pytest

from hivemind.infer.command import is_development, is_of_container, is_work, migration, steps


@pytest.mark.parametrize(
    "command, migrates, serves",
    [
        ("gunicorn app:app", "", "gunicorn app:app"),
        ("python manage.py migrate && gunicorn app:app", "python manage.py migrate", "gunicorn app:app"),
        ("sh -c 'alembic upgrade head && exec uvicorn a:b'", "alembic upgrade head", "uvicorn a:b"),
        ('bash -c "npx prisma migrate deploy; node x.js"', "npx prisma migrate deploy", "node x.js"),
        ("./wait-for-it.sh db:5432 -- rails s", "", "rails s"),
        ("dockerize -wait tcp://db:5432 -timeout 60s -- node x.js", "", "node x.js"),
        ("python manage.py collectstatic --noinput && gunicorn a", "", "gunicorn a"),
        ("python manage.py migrate", "", "python manage.py migrate"),
        ("exec node x.js", "", "node x.js"),
        ("sh -c 'unbalanced", "", "'unbalanced"),
        ("&& ;", "", ""),
        ("", "", ""),
    ],
)
def test_steps(command, migrates, serves):
    assert steps(command) == (migrates, serves)


@pytest.mark.parametrize(
    "command, found",
    [
        ("python manage.py migrate --noinput && python manage.py loaddata x", "python manage.py migrate --noinput"),
        ("bundle exec rake db:schema:load db:seed", ""),
        ("bin/rails db:prepare", "bin/rails db:prepare"),
        ("npm run seed", ""),
    ],
)
def test_migration(command, found):
    assert migration(command) == found


@pytest.mark.parametrize(
    "command, answer",
    [
        ("flask run --host 0.0.0.0", True),
        ("python manage.py runserver 0.0.0.0:8000", True),
        ("uvicorn app:app --reload", True),
        ("npm run dev", True),
        ("yarn dev --host", True),
        ("pnpm --filter web dev", False),
        ("npx vite --host", True),
        ("vite preview", False),
        ("next dev", True),
        ("next start", False),
        ("npm start", False),
        ("php -S 0.0.0.0:8000 -t public", True),
        ("php artisan serve", True),
        ("node --watch server.js", True),
        ("tsx watch src/index.ts", True),
        ("tsx src/index.ts", False),
        ("air", True),
        ("./bin/airport", False),
        ("bundle exec rails server", False),
        ("gunicorn developer.wsgi", False),
    ],
)
def test_is_development(command, answer):
    assert is_development(command) is answer


@pytest.mark.parametrize(
    "name, command, answer",
    [
        ("worker", "python x.py", True),
        ("celery_beat", "", True),
        ("queue", "php artisan queue:work", True),
        ("anything", "bundle exec sidekiq -C x", True),
        ("web", "gunicorn app:app", False),
        ("api", "node network.js", False),
        ("homework", "", True),
        ("jobs-api", "", True),
    ],
)
def test_is_work(name, command, answer):
    assert is_work(name, command) is answer


@pytest.mark.parametrize(
    "command, answer",
    [
        ("/entrypoint.sh", True),
        ("./docker-entrypoint.sh npm start", True),
        ("supervisord -n", True),
        ("nginx -g 'daemon off;'", True),
        ("node server.js", False),
        ("./bin/server", False),
    ],
)
def test_is_of_container(command, answer):
    assert is_of_container(command) is answer
