"""What questionnaires put on paper: the copy of a collectivité's answers."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from directory.models import Actor
from soco.web import typesetting
from soco.web.templatetags.soco import day, hour, moment
from surveys.models import Response

FOLDER = Path(__file__).with_name("typst")


def receipt(response: Response, actor: Actor, parts: Iterable[dict[str, Any]], *, now: datetime) -> bytes:
    """The copy of the answers of `actor`, as a PDF. `parts`: {« section », « answers »: (question, lines in words)}."""
    words = {
        "document_title": _("Réponses de %(name)s") % {"name": actor.name},
        "network": settings.NETWORK_NAME,
        "made_on": _("Établie le %(day)s à %(hour)s") % {"day": day(now), "hour": hour(now)},
        "title": response.wave.title,
        "lines": [
            _("Réponses de %(name)s") % {"name": actor.name},
            _("Envoyées\u00a0: %(when)s") % {"when": moment(response.submitted_at)},
        ],
        "parts": [
            {
                "title": part["section"].title,
                "answers": [{"question": question.label, "lines": lines} for question, lines in part["answers"]],
            }
            for part in parts
            if part["answers"]
        ],
        "page": _("Page"),
    }
    return typesetting.pdf(FOLDER / "reponses.typ", words, now=now)
