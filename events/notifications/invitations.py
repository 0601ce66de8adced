"""The mail that invites: what, when, where, why them, and a link that fills the form. One per address, and one reminder."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.appointments import organizer_of, place_of
from events.enums import EventStatus, InvitationAnswer
from events.models import Event, EventInvitation
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.web.templatetags.soco import moment

INVITATION = "events.invitation"


def invitations(event: Event, rows: Iterable[EventInvitation], *, is_reminder: bool = False) -> int:
    """Ask for the mail of each of these invitations to `event`; return how many, doubles included."""
    reply_to, until = organizer_of(event).email, event.registration_ends_at
    return outbox.enqueue_many(
        outbox.Mail(
            kind=INVITATION,
            to=row.email,
            to_name=row.actor.name if row.actor else "",
            occasion=f"{row.pk}:{'relance' if is_reminder else 'invitation'}",
            params={"invitation": row.pk, "is_reminder": is_reminder},
            about=row.about,
            reply_to=reply_to,
            relevant_until=until,
        )
        for row in rows
    )


def take_back_invitation(invitation: EventInvitation) -> int:
    """Its mails that have not left make no sense any more; return how many."""
    return outbox.cancel(kind=INVITATION, about=invitation.about, reason=Reason.ALREADY_DONE)


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    invitation = EventInvitation.objects.for_list().filter(pk=params["invitation"]).first()
    if invitation is None:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    event = Event.objects.for_page().get(pk=invitation.event_id)
    invitation.event = event
    if reason := _why_not(event, invitation):
        raise kinds.NotRelevant(reason)
    return {
        "title": event.title,
        "kind": event.get_kind_display(),
        "summary": event.summary,
        "when": moment(event.starts_at),
        "place": place_of(event),
        "host": event.host_name or "",  # type: ignore[attr-defined]
        "who": invitation.actor.name if invitation.actor else "",
        "reason": invitation.reason,
        "is_reminder": params.get("is_reminder", False),
        "is_full": _is_full(event),
        "link": settings.SITE_URL + invitation.get_absolute_url(),
        "until": moment(event.registration_ends_at),
        "organiser": organizer_of(event).name,
    }


def _is_full(event: Event) -> bool:
    return event.capacity is not None and event.seats_taken >= event.capacity  # type: ignore[attr-defined]


def _why_not(event: Event, invitation: Any) -> Reason | None:
    """Why the mail makes no sense any more; None if it does."""
    if event.status != EventStatus.PUBLISHED or (_is_full(event) and not event.has_waiting_list):
        return Reason.NO_OBJECT
    if invitation.answer != InvitationAnswer.WAITING:
        return Reason.ALREADY_DONE
    now = timezone.now()
    if now >= event.registration_ends_at:
        return Reason.TOO_LATE
    if invitation.actor and invitation.actor.is_at_rest(timezone.localdate(now)):
        return Reason.PAUSED
    return None


def _example() -> dict[str, Any] | None:
    invitation = EventInvitation.objects.standing().newest_first().first()
    return {"invitation": invitation.pk} if invitation else None


def register() -> None:
    kinds.register(
        kinds.MailKind(
            code=INVITATION,
            label=_("invitation à un événement"),
            # Nobody asked for it: opposition, decent hours and the daily cap hold.
            category=Category.SERVICE,
            context=_context,
            example=_example,
        )
    )
