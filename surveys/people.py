"""What is known of the people who answer: « Mes données », what is forgotten in time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from soco.web.registries import PersonalData, Purge
from surveys import services
from surveys.models import Answer, Respondent

KEPT_DAYS = 3 * 365


def _export(user: Any) -> Iterator[dict[str, Any]]:
    addresses = user.every_address()
    for respondent in Respondent.objects.of_person(addresses).select_related("invitation__wave", "invitation__actor"):
        yield {
            "enquete": respondent.invitation.wave.title,
            "collectivite": respondent.invitation.actor.name,
            "adresse": respondent.email,
            "nom": respondent.name,
            "lien_depuis": respondent.added_at,
            "lien_retire_le": respondent.ended_at,
        }
    for answer in Answer.objects.signed_by(addresses).select_related("response__wave").newest_first():
        yield {
            "enquete": answer.response.wave.title,
            "question": answer.code,
            "reponse": answer.value,
            "date": answer.at,
        }


PERSONAL_DATA = PersonalData(
    code="enquetes",
    label=_("Vos réponses aux enquêtes"),
    export=_export,
    erase=services.forget_person,
    order=65,
)
PURGE = Purge(
    code="surveys.people",
    rule=_("Les noms et adresses des répondants, et les contacts qu’ils citent, trois ans après la fin de l’enquête"),
    run=lambda apply: services.forget_old_people(timezone.now() - timedelta(days=KEPT_DAYS), apply=apply),
)
