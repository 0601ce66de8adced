"""The least that a delivery does, to compare the portal's with: one process, one bare loop over the database of the environment.

`python -m tests.bench.deliver`, under `tests.mailing.worker_settings`; prints the seconds it took.
"""

import smtplib
import time
from email.message import EmailMessage
from uuid import uuid4

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

CLAIM = """
UPDATE mailing_message SET state = 'sending', claimed_at = now() WHERE id IN (
    SELECT id FROM mailing_message WHERE state IN ('planned', 'queued', 'retry')
    AND category IN ('transaction', 'service') AND due_at <= now() ORDER BY due_at, id LIMIT 10 FOR UPDATE SKIP LOCKED
) RETURNING id, to_email
"""


def bare() -> None:
    """The least that any such loop does: claim ten, send each, settle each; no words to render, nothing to check."""
    with connection.cursor() as cursor, smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        while True:
            with transaction.atomic():
                cursor.execute(CLAIM)
                batch = cursor.fetchall()
            if not batch:
                return
            for pk, address in batch:
                mail = EmailMessage()
                mail["Subject"], mail["From"], mail["To"] = "Une note", settings.MAIL_FROM, address
                mail["Message-ID"] = f"<{uuid4().hex}@exemple.fr>"
                mail.set_content("Bonjour")
                server.send_message(mail)
                cursor.execute("UPDATE mailing_message SET state = 'sent', sent_at = now() WHERE id = %s", [pk])


if __name__ == "__main__":
    connection.ensure_connection()
    start = time.perf_counter()
    bare()
    print(time.perf_counter() - start)
