"""The table, and a first question to answer."""

from django.db import migrations, models


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
