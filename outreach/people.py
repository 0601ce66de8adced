"""What is known of the people of visits: those who make them, those who are met; what is forgotten in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach import perms, services
from outreach.models import Commitment, PersonMet, QuickNote, Visit
from soco.web.registries import PersonalData, Purge

PEOPLE_DAYS, REPORT_DAYS = 3 * 365, 5 * 365


def _export(user: Any) -> Iterator[dict[str, Any]]:
    addresses = user.every_address()
    for visit in Visit.objects.concerning(user, addresses).newest_first().for_list():
        yield {
            "visite_a": visit.actor.name,
            "type": str(visit.get_kind_display()),
            "date": visit.starts_at,
            "etat": str(visit.get_state_display()),
            "compte_rendu_ecrit_le": visit.written_at,
        }
    may_take = user.has_perm(perms.EXPORT_REPORTS)  # free words leave the portal with those alone who may export them
    for note in QuickNote.objects.concerning(user, addresses).newest_first().for_list():
        yield {
            "echange_avec": note.actor.name,
            "type": str(note.get_kind_display()),
            "date": note.on,
            "texte": note.text if may_take else "",
        }
    for promise in Commitment.objects.concerning(user, addresses).newest_first().for_list():
        yield {
            "engagement": promise.text,
            "envers": promise.visit.actor.name,
            "a_faire_avant_le": promise.due_on,
            "fait_le": promise.done_at,
        }
    for person in PersonMet.objects.at_addresses(addresses).select_related("visit__actor"):
        yield {
            "rencontre_a": person.visit.actor.name,
            "date": person.visit.starts_at,
            "nom": person.name,
            "fonction": person.job,
            "adresse": person.email,
            "telephone": person.phone,
        }


def _before(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


VISIT_DATA = PersonalData(
    code="visites",
    label=_("Vos visites, vos échanges et vos engagements"),
    export=_export,
    erase=services.forget_person,
    order=70,
)
VISIT_PURGES = (
    Purge(
        code="outreach.people",
        rule=_("Les noms et coordonnées des personnes rencontrées en visite, trois ans après la visite"),
        run=lambda apply: services.forget_old_people(_before(PEOPLE_DAYS), apply=apply),
    ),
    Purge(
        code="outreach.reports",
        rule=_("Les comptes rendus libres des visites et le texte des échanges notés, cinq ans après"),
        run=lambda apply: services.forget_old_reports(_before(REPORT_DAYS), apply=apply),
    ),
)
