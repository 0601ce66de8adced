"""What the portal's common pages show of attachments: the actor's page, « Mon espace », the staff's home, « Mes données »."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import notifications, services
from directory.models import Actor, Attachment, Invitation
from soco.accounts.addresses import verified_addresses
from soco.accounts.models import User
from soco.mailing.models import Message
from soco.mailing.retention import redact
from soco.web.registries import PersonalData, Purge, Queue, Waiting
from soco.web.slots import Block

CONFIRM_AFTER = timedelta(days=335)  # eleven months: a month before the fiche stops being « fresh »


def represent(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor that exists: write to it, or say that one represents it. No query for a visitor."""
    if subject.is_closed:
        return None
    user, mine = request.user, None
    if user.is_authenticated:
        mine = Attachment.objects.standing().of_user(user).of_actor(subject).first()
    return "directory/_represent.html", {"actor": subject, "attachment": mine}


def my_structures(request: HttpRequest, subject: User) -> Block | None:
    """In « Mon espace »: each actor that the person represents or asks to, with its freshness."""
    attachments = Attachment.objects.standing().of_user(request.user).for_page().by_actor()
    return "directory/_my_structures.html", {"attachments": list(attachments)}


def my_todo(request: HttpRequest, subject: User) -> Block | None:
    """In « Mon espace »: fiches to confirm, invitations to answer, requests that wait for staff."""
    standing = Attachment.objects.standing().of_user(request.user).for_page().by_actor()
    limit = timezone.now() - CONFIRM_AFTER
    to_confirm, waiting = [], []
    for attachment in standing:
        if attachment.is_requested:
            waiting.append(attachment)
        elif attachment.actor.verified_at is None or attachment.actor.verified_at < limit:
            to_confirm.append(attachment)
    invitations = Invitation.objects.still_good().sent_to(verified_addresses(request.user)).for_page().oldest_first()
    invited = [(invitation, notifications.invitation_link(invitation)) for invitation in invitations]
    if not (to_confirm or waiting or invited):
        return None
    return "directory/_my_todo.html", {"to_confirm": to_confirm, "waiting": waiting, "invited": invited}


def _waiting() -> Waiting:
    return Waiting(**Attachment.objects.requested().aggregate(count=Count("pk"), since=Min("created_at")))


REQUESTS = Queue(
    code="directory.attachments",
    label=_("Rattachements à décider"),
    help=_("Des personnes demandent à représenter un acteur, sans adresse qui le prouve."),
    url_name="attachment_list",
    query="?etat=requested",
    permission="directory.review_attachment",
    measure=_waiting,
    order=20,
)


def _export(user: User) -> Iterable[dict[str, Any]]:
    for attachment in Attachment.objects.of_user(user).for_page().oldest_first():
        yield {
            "quoi": "rattachement",
            "acteur": attachment.actor.name,
            "etat": attachment.get_state_display(),
            "fonction": attachment.function,
            "message": attachment.message,
            "referent_principal": attachment.is_principal,
            "preuve": attachment.get_proof_display(),
            "raison": attachment.reason,
            "demande_le": attachment.created_at,
            "decide_le": attachment.decided_at,
            "termine_le": attachment.left_at,
        }
    for word, invitations in (
        ("invitation envoyée", Invitation.objects.sent_by(user)),
        ("invitation reçue", Invitation.objects.sent_to(user.every_address())),
    ):
        for invitation in invitations.for_page().oldest_first():
            yield {
                "quoi": word,
                "acteur": invitation.actor.name,
                "adresse_invitee": invitation.email,
                "envoyee_le": invitation.created_at,
                "acceptee_le": invitation.accepted_at,
                "retiree_le": invitation.cancelled_at,
            }


def _erase(user: User) -> str:
    addresses = user.every_address()
    # Mails to others about the same actors say who joined, left or invited.
    actors = {*Attachment.objects.of_user(user).values_list("actor", flat=True)}
    actors |= {*Invitation.objects.sent_by(user).values_list("actor", flat=True)}
    services.forget_representative(user, addresses=addresses)
    services.forget_letters(addresses)
    redact(Message.objects.about_any(f"actor:{pk}" for pk in actors), [*addresses, user.get_full_name()])
    return ""


PERSONAL_DATA = PersonalData(
    code="rattachements",
    label=_("Les acteurs que vous représentez, et les invitations"),
    export=_export,
    erase=_erase,
    order=30,
)

PURGE = Purge(
    code="directory.attachments",
    rule=_(
        "Les rattachements refusés et les invitations, un an après\u00a0; les rattachements terminés, trois ans après"
    ),
    run=services.forget_old_attachments,
)
