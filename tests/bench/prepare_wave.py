"""One process that prepares a wave over a database: `python -m tests.bench.prepare_wave QUERY`, the query of a search.

Prints, last, the seconds, and how many invitations, links and mails were written; then its peak memory in MB (VmHWM).
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from soco.mailing.models import Message  # noqa: E402
from surveys import services  # noqa: E402
from surveys.models import Invitation, Questionnaire, Respondent, Wave  # noqa: E402


def main(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE surveys_wave, mailing_message CASCADE")
    call_command("load_questionnaire_aect", "--if-empty", verbosity=0)
    today = timezone.localdate()
    wave = Wave.objects.create(
        slug="preparation",
        title="Vague de mesure",
        questionnaire=Questionnaire.objects.published().get(code="aect"),
        audience=query,
        opens_on=today + timedelta(days=1),
        closes_on=today + timedelta(days=60),
        contact_email="mesure@exemple.fr",
    )
    start = time.perf_counter()
    services.launch(wave, by="bench")
    while services.prepare_batch(wave.pk):
        pass
    seconds = time.perf_counter() - start
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(
        round(seconds, 3), Invitation.objects.count(), Respondent.objects.count(), Message.objects.count(),
        int(status["VmHWM"].split()[0]) / 1024,
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
