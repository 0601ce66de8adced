"""The columns of the organisers' exports, and their rows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from events.appointments import place_of
from events.models import Event, EventQuerySet, RegistrationQuerySet

CHUNK = 500


def _said(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def people_labels(event: Event) -> list[str]:
    """The columns of the people of an event; its questions come last."""
    return [
        *(_("rang"), _("état"), _("nom"), _("fonction"), _("courriel"), _("téléphone"), _("structure"), _("code")),
        *(_("jamais rencontrée"), _("présence"), _("demandée le"), _("dans cet état depuis"), _("raison")),
        *(question.label for question in event.questions.all()),
    ]


def people_rows(event: Event, registrations: RegistrationQuerySet) -> Iterator[list[Any]]:
    """One row a person, under people_labels: several for a registration of several seats."""
    questions = [str(question.pk) for question in event.questions.all()]
    rows = registrations.select_related("actor").prefetch_related("participants")
    for registration in rows.iterator(chunk_size=CHUNK):
        for person in registration.participants.all():
            yield [
                registration.rank,
                registration.get_state_display(),
                person.name,
                person.job,
                person.email or registration.email,
                registration.phone,
                registration.structure,
                registration.actor.code if registration.actor else "",
                _("oui") if registration.is_never_met else "",
                "" if person.attended is None else _("oui") if person.attended else _("non"),
                _said(registration.created_at),
                _said(registration.state_at),
                registration.reason,
                *(registration.answers.get(question, "") for question in questions),
            ]


def board_labels() -> list[str]:
    return [
        *(_("début"), _("fin"), _("titre"), _("nature"), _("état"), _("lieu"), _("département"), _("groupe")),
        *(_("places"), _("places prises"), _("en attente"), _("compte rendu"), _("page")),
    ]


def board_rows(events: EventQuerySet, site_url: str) -> Iterator[list[Any]]:
    """One row an event under board_labels."""
    for event in events.for_card().with_minutes().iterator(chunk_size=CHUNK):
        yield [
            _said(event.starts_at),
            _said(event.ends_at),
            event.title,
            event.get_kind_display(),
            event.get_status_display(),
            place_of(event),
            event.departement_name or "",
            event.group_name or "",
            event.capacity or "",
            event.seats_taken,
            event.seats_waiting,
            _("oui") if event.has_minutes else "",
            site_url + event.get_absolute_url(),
        ]
