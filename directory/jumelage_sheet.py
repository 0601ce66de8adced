"""« Fiche jumelage »: one page A4 about a jumelage, each fact with its source and its age, made by Typst from plain strings."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from directory.models import Jumelage, JumelageActor
from directory.source_words import provenance
from directory.timeline import all_facts_of_jumelage, sides_of
from soco.web import typesetting
from soco.web.templatetags.soco import day

TEMPLATE = Path(__file__).with_name("typst") / "jumelage.typ"
MOST_LETTERS = 600  # of a long text: the page on the site has the rest


def pdf(jumelage: Jumelage, participations: Sequence[JumelageActor], *, now: datetime) -> bytes:
    """The sheet as a tagged PDF. `participations`: who else takes part, in order, with their actors loaded."""
    return typesetting.pdf(TEMPLATE, words(jumelage, participations, on=timezone.localdate(now)), now=now)


def words(jumelage: Jumelage, participations: Sequence[JumelageActor], *, on: date) -> dict[str, Any]:
    """All that the template says, as plain strings."""
    facts = all_facts_of_jumelage(jumelage)
    long_names = {"objectives", "context", "history"}
    return {
        "document_title": _("Fiche jumelage\u00a0: %(name)s") % {"name": jumelage.name},
        "network": settings.NETWORK_NAME,
        "made_on": _("Fiche établie le %(day)s") % {"day": day(on)},
        "name": jumelage.name,
        "title": jumelage.title,
        "demo": _("Démonstration\u00a0: ce jumelage est fictif.") if jumelage.is_demo else "",
        "facts": [_fact(jumelage, fact) for fact in (*sides_of(jumelage), *facts) if fact["name"] not in long_names],
        "participants": [f"{row.actor.name}, {row.get_role_display().lower()}" for row in participations],
        "long": [_fact(jumelage, fact, most=MOST_LETTERS) for fact in facts if fact["name"] in long_names],
        "state": _state(jumelage),
        "url": settings.SITE_URL + jumelage.get_absolute_url(),
        "contact": _("Une erreur, un complément\u00a0? Dites-le depuis la page du jumelage, ou à %(email)s.")
        % {"email": settings.MAIL_FROM},
        "labels": {"participants": _("Qui d’autre y participe"), "source": _("Source\u00a0:")},
    }


def _fact(jumelage: Jumelage, fact: dict[str, str], *, most: int = 300) -> dict[str, str]:
    return {
        "label": fact["label"],
        "value": Truncator(fact["value"]).chars(most),
        "source": provenance(jumelage, fact["name"]),
    }


def _state(jumelage: Jumelage) -> str:
    if jumelage.verified_at:
        return _("Page confirmée par une personne le %(day)s.") % {"day": day(jumelage.verified_at)}
    if jumelage.is_imported:
        return _("Ce jumelage vient d’un fichier\u00a0: personne ne l’a encore confirmé.")
    return _("Page encore jamais confirmée par une personne.")
