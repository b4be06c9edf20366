<<<<<<< HEAD
"""Django's command line for this project."""
=======
"""Django's commands for this site."""
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
<<<<<<< HEAD
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_polls.settings")
=======
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)
    execute_from_command_line(sys.argv)
