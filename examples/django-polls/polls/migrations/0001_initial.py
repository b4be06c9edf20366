<<<<<<< HEAD
"""The table, and a first question to answer."""
=======
"""The table of questions."""
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)

from django.db import migrations, models


<<<<<<< HEAD
def ask_something(apps, schema_editor) -> None:
    apps.get_model("polls", "Poll").objects.create(question="Is this deployed?")


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Poll",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=200)),
                ("yes", models.PositiveIntegerField(default=0)),
                ("no", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(ask_something, migrations.RunPython.noop),
    ]
=======
class Migration(migrations.Migration):
    """The first one."""

    initial = True
    operations = (
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200)),
                ("votes", models.IntegerField(default=0)),
            ],
        ),
    )
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)
