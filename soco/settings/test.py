"""Tests: production's settings, real PostgreSQL, nothing that outlives a test, and undefined template variables fail."""

from .base import *  # noqa: F403

SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SITE_URL = "http://testserver"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SILENCED_SYSTEM_CHECKS += ["web.E001"]  # noqa: F405 - one process, and a cache that dies with it, is what tests want
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
WHITENOISE_AUTOREFRESH = True
INSTALLED_APPS += ["tests.mailing"]  # noqa: F405 - a kind of mail for each category
# Whatever the hour and the day of the run; the tests of hours set their own.
MAILING_DECENT_HOURS = (0, 24)
MAILING_WEEK_DAYS = 7
