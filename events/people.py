"""What the portal's common pages show and keep of the people of the agenda: « Mon espace », « Mes données », what is forgotten."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events import services
from events.mail_lines import label_of_kind, mail_lines
from events.models import Event, EventInvitation, PlannedReminder, Registration
from events.services.thanks import LEAST_ANSWERS
from soco.accounts.models import User
from soco.mailing.models import Message
from soco.web.registries import PersonalData, Purge
from soco.web.slots import Block

SHOWN = 8
SENSITIVE_DAYS, PEOPLE_DAYS = 30, 3 * 365


def mails_of_event(request: HttpRequest, subject: Event) -> Block | None:
    """On the organisers' page: the reminders planned, sent or given up, and what became of every mail."""
    if subject.is_draft:
        return None
    pks = Registration.objects.of_event(subject).order_by("pk").values_list("pk", flat=True)
    counted = Message.objects.about_any(f"registration:{pk}" for pk in pks).counted()
    context = {"reminders": PlannedReminder.objects.of_event(subject), "lines": mail_lines(counted)}
    return "events/_mails_manage.html", context


def mails_of_registration(request: HttpRequest, subject: Registration) -> Block | None:
    """On the organisers' page of a registration: each mail about it, and why one did not leave."""
    thing = f"registration:{subject.pk}"
    messages = [(message, label_of_kind(message.kind)) for message in Message.objects.about(thing).in_order()]
    journal = f"{reverse('admin:mailing_message_changelist')}?q={thing}"
    may_read = request.user.has_perm("mailing.view_message")
    return "events/_mails_of_registration.html", {"messages": messages, "journal_url": journal if may_read else ""}


def my_events(request: HttpRequest, subject: Any) -> Block | None:
    """The events that I am registered for, or wait for, the next first."""
    mine = Registration.objects.of_user(request.user).concerned().coming(timezone.now())
    registrations = list(mine.select_related("event")[:SHOWN])
    return ("events/_my_events.html", {"registrations": registrations}) if registrations else None


def my_offers(request: HttpRequest, subject: Any) -> Block | None:
    """Seats that are offered to me, to take before a moment."""
    mine = Registration.objects.of_user(request.user).still_offered(timezone.now())
    registrations = list(mine.select_related("event"))
    return ("events/_my_offers.html", {"registrations": registrations}) if registrations else None


def opinions_of(request: HttpRequest, subject: Event) -> Block | None:
    """On the organisers' page: what people thought of it, once there is something."""
    if not subject.is_past:
        return None
    found = services.opinions(subject)
    return ("events/_opinions.html", {"opinions": found, "least": LEAST_ANSWERS}) if found.count else None


# --- what is known of a person ----------------------------------------------------------------------------------------------
def _registrations(user: User) -> Iterator[dict[str, Any]]:
    mine = Registration.objects.of_user(user).select_related("event").prefetch_related("participants")
    for registration in mine.newest_first():
        yield {
            "evenement": registration.event.title,
            "date": registration.event.starts_at,
            "etat": registration.get_state_display(),
            "nom": registration.name,
            "adresse": registration.email,
            "telephone": registration.phone,
            "structure": registration.structure,
            "personnes": ", ".join(person.name for person in registration.participants.all()),
            "reponses": "; ".join(str(answer) for answer in registration.answers.values()),
            "demandee_le": registration.created_at,
        }
    for invitation in EventInvitation.objects.to_addresses(user.every_address()).select_related("event"):
        yield {
            "invitation_a": invitation.event.title,
            "adresse": invitation.email,
            "raison": invitation.reason,
            "etat": invitation.get_state_display(),
            "envoyee_le": invitation.sent_at,
        }


PERSONAL_DATA = PersonalData(
    code="agenda",
    label=_("Vos inscriptions aux événements"),
    export=_registrations,
    erase=services.forget_person,
    order=60,
)


def _before(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


PURGES = (
    Purge(
        code="events.sensitive",
        rule=_("Les réponses sur la santé (régime, accessibilité), un mois après l’événement"),
        run=lambda apply: services.forget_sensitive_answers(_before(SENSITIVE_DAYS), apply=apply),
    ),
    Purge(
        code="events.people",
        rule=_("Les noms et adresses des inscrits, trois ans après l’événement"),
        run=lambda apply: services.forget_old_people(_before(PEOPLE_DAYS), apply=apply),
    ),
)
