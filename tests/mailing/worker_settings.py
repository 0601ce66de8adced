"""Settings of the workers that the fault tests start and kill: real broker, real SMTP, and leases that end within seconds."""

from soco.settings.test import *  # noqa: F403

CELERY_TASK_ALWAYS_EAGER = False
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 1
MAILING_LEASE_SECONDS = 4
MAILING_SWEEP_SECONDS = 0.5
BEAT_TICK_SECONDS = 3600
