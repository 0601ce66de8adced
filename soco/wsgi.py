"""The web process's entry point (gunicorn)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soco.settings.base")
os.environ.setdefault("PORTAL_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
