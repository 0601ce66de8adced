"""What « Mes données » says and erases of a person in the agenda, and what the agenda forgets by itself."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import services
from events.models import Participant, Registration, Satisfaction
from soco.accounts.addresses import verified_addresses
from soco.accounts.models import User
from soco.mailing.models import Message
from soco.mailing.retention import redact
from soco.web.registries import PersonalData, Purge


def _export(user: User) -> Iterable[dict[str, Any]]:
    """An address that was never verified gives no right over the registrations made with it."""
    addresses = verified_addresses(user)
    mine = Registration.objects.of_person(user, addresses).for_page().order_by("created_at", "pk")
    opinions = {opinion.registration_id: opinion for opinion in Satisfaction.objects.filter(registration__in=mine)}
    for registration in mine:
        opinion = opinions.get(registration.pk)
        yield {
            "quoi": "inscription",
            "evenement": registration.event.title,
            "date": registration.event.starts_at,
            "etat": registration.get_state_display(),
            "nom": registration.name,
            "adresse": registration.email,
            "telephone": registration.phone,
            "structure": registration.structure,
            "participants": ", ".join(who.name for who in registration.participants.all()),
            "reponses": "\n".join(_answers(registration)),
            "sur_la_liste_des_participants": registration.is_listed,
            "raison_du_refus": registration.reason,
            "demandee_le": registration.created_at,
            "avis_note": opinion.rating if opinion else None,
            "avis_utile": opinion.useful if opinion else "",
            "avis_souhait": opinion.wish if opinion else "",
        }
    for who in Participant.objects.at_addresses(addresses).select_related("registration__event").order_by("pk"):
        yield {
            "quoi": "participation, inscrite par une autre personne",
            "evenement": who.registration.event.title,
            "date": who.registration.event.starts_at,
            "etat": who.registration.get_state_display(),
            "nom": who.name,
            "adresse": who.email,
            "fonction": who.job,
            "presence": who.attended,
        }


def _answers(registration: Registration) -> list[str]:
    questions = {str(question.pk): question.label for question in registration.event.questions.all()}
    return [f"{questions.get(pk, _('question retirée'))} : {said}" for pk, said in registration.answers.items()]


def _erase(user: User) -> str:
    addresses = verified_addresses(user)
    mine = Registration.objects.of_person(user, addresses) | Registration.objects.with_participant(addresses)
    about = [f"registration:{pk}" for pk in mine.values_list("pk", flat=True)]
    names = set(mine.filter(user=user.pk).values_list("name", flat=True)) | {user.get_full_name()}
    kept = services.forget_person(user, addresses=addresses, signed=user.every_address())
    redact(Message.objects.about_any(about), [*user.every_address(), *names])  # mails to colleagues name the person too
    if not kept:
        return ""
    return _(
        "Vos inscriptions aux événements restent comptées, sans votre nom, vos coordonnées ni vos réponses\u00a0; les places à"
        " venir sont rendues."
    )


PERSONAL_DATA = PersonalData(
    code="evenements",
    label=gettext_lazy("Vos inscriptions aux événements"),
    export=_export,
    erase=_erase,
    order=45,
)
SENSITIVE = Purge(
    code="events.sensitive_answers",
    rule=gettext_lazy("Les réponses sur la santé (régime, accessibilité), un mois après l’événement"),
    run=lambda apply: services.forget_sensitive_answers(timezone.now(), apply=apply),
)
REGISTRATIONS = Purge(
    code="events.registrations",
    rule=gettext_lazy("Le nom, les coordonnées et les réponses des inscrits, trois ans après l’événement"),
    run=lambda apply: services.forget_old_registrations(timezone.now(), apply=apply),
)
