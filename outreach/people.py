"""What the outreach knows of people, in « Mes données »: those who visit, those who are met; and what is forgotten in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach import perms, services
from outreach.models import Commitment, FieldArea, FieldReport, PersonMet, QuickNote, Tour, Visit
from soco.web.registries import PersonalData, Purge

PEOPLE_DAYS, REPORT_DAYS, ANSWER_DAYS = 3 * 365, 5 * 365, 3 * 365
SENT_DAYS = 180  # a phone sends again within days: what was written is in the visit


def _visits(user: Any) -> Iterator[dict[str, Any]]:
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


def _tours(user: Any) -> Iterator[dict[str, Any]]:
    for area in FieldArea.objects.of_user(user).for_page():
        yield {
            "secteur": ", ".join([*area.departement_codes, *area.epci_codes]),
            "depart_habituel": area.start.name if area.start else "",
        }
    for tour in Tour.objects.concerning(user, user.every_address()).newest_first().for_list():
        yield {"tournee": str(tour), "jour": tour.day, "etat": tour.get_state_display(), "note": tour.note}


def _sent_reports(user: Any) -> Iterator[dict[str, Any]]:
    """Their free words are in it for those alone who may take reports out of the portal."""
    may_take = user.has_perm(perms.EXPORT_REPORTS)
    for report in FieldReport.objects.sent_by(user).oldest_first().for_list():
        yield {
            "collectivite": report.visit.actor.name,
            "ecrit_le": report.written_at,
            "recu_le": report.received_at,
            "etat": str(report.get_state_display()),
            "compte_rendu": report.content.get("text", "") if may_take else "",
        }


def _forget_sent(user: Any) -> str:
    """What waits to be compared is the network's work: it stays, without its author."""
    kept = FieldReport.objects.in_conflict().sent_by(user).exists()
    FieldReport.objects.sent_by(user).finished().delete()
    if not kept:
        return ""
    return str(
        _(
            "Vos comptes rendus du terrain qui attendent d’être comparés restent, sans votre nom\u00a0: ils parlent de visites."
        )
    )


def _before(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


VISIT_DATA = PersonalData(
    code="visites",
    label=_("Vos visites, vos échanges et vos engagements"),
    export=_visits,
    erase=services.forget_person,
    order=70,
)
TOUR_DATA = PersonalData(
    code="tournees",
    label=_("Vos tournées et votre secteur"),
    export=_tours,
    erase=services.forget_voltigeur,
    order=72,
)
FIELD_DATA = PersonalData(
    code="terrain",
    label=_("Comptes rendus que vous avez envoyés du terrain"),
    export=_sent_reports,
    erase=_forget_sent,
    order=48,
)
PERSONAL_DATA = (VISIT_DATA, TOUR_DATA, FIELD_DATA)


def _forget_sent_reports(apply: bool) -> int:
    rows = FieldReport.objects.finished().received_before(_before(SENT_DAYS))
    return rows.delete()[0] if apply else rows.count()


PURGES = (
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
    Purge(
        code="outreach.slots",
        rule=_("Les messages des collectivités sur un créneau de visite, trois ans après la tournée"),
        run=lambda apply: services.forget_old_answers(_before(ANSWER_DAYS).date(), apply=apply),
    ),
    Purge(
        code="outreach.field_reports",
        rule=_(
            "Comptes rendus du terrain, tels qu’un téléphone les a envoyés\u00a0: 180 jours, une fois dans leur visite"
        ),
        run=_forget_sent_reports,
    ),
)
