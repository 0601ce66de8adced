"""The mails about who represents an actor: decisions, newcomers, invitations."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import french
from directory.enums import AttachmentProof, AttachmentState
from directory.models import Attachment, Invitation
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.web import signed_links
from soco.web.templatetags.soco import day

ACCEPTED = "directory.attachment_accepted"
REFUSED = "directory.attachment_refused"
ENDED = "directory.attachment_ended"
PRINCIPAL = "directory.attachment_principal"
REPLACED = "directory.attachment_replaced"
ANNOUNCED = "directory.attachment_announced"
INVITATION = "directory.invitation"


def attachment_accepted(attachment: Attachment) -> None:
    _tell(ACCEPTED, attachment)


def attachment_refused(attachment: Attachment) -> None:
    _tell(REFUSED, attachment)


def attachment_ended(attachment: Attachment) -> None:
    _tell(ENDED, attachment)


def attachment_principal(attachment: Attachment) -> None:
    """The person is the principal référent from now on; told each time they become it."""
    _tell(PRINCIPAL, attachment, occasion=f"{attachment.pk}:{timezone.now().isoformat(timespec='seconds')}")


def attachment_replaced(attachment: Attachment, *, by: Attachment) -> None:
    """Staff made somebody else the principal référent; told each time it happens."""
    occasion = f"{attachment.pk}:{timezone.now().isoformat(timespec='seconds')}"
    _tell(REPLACED, attachment, occasion=occasion, principal=by.pk)


def attachment_announced(attachment: Attachment) -> None:
    """Tell the actor's other référents that somebody joined them.

    And the actor's public address, when a domain alone was the proof: a domain can be bought once its owner lets it go.
    """
    others = Attachment.objects.accepted().of_actor(attachment.actor_id).other_than(attachment).select_related("user")
    readers = [(other.user.email, str(other.user), other.pk) for other in others.oldest_first()]
    known = {email for email, _name, _pk in readers} | {attachment.user.email}
    public = attachment.actor.email.strip().lower()
    if attachment.proof == AttachmentProof.DOMAIN and public and public not in known and not attachment.actor.is_demo:
        readers.append((public, attachment.actor.name, 0))
    outbox.enqueue_many(
        outbox.Mail(
            kind=ANNOUNCED,
            to=email,
            to_name=name,
            occasion=str(attachment.pk),
            params={"attachment": attachment.pk, "reader": pk},
            about=f"actor:{attachment.actor_id}",
        )
        for email, name, pk in readers
    )


def invitation(invited: Invitation) -> None:
    outbox.enqueue(
        outbox.Mail(
            kind=INVITATION,
            to=invited.email,
            occasion=f"{invited.pk}:{invited.version}",
            params={"invitation": invited.pk},
            about=f"actor:{invited.actor_id}",
            reply_to=invited.invited_by.email,
        )
    )


def invitation_link(invited: Invitation) -> str:
    """The whole address of the invitation's link: the same each time it is made."""
    days = (invited.last_day - invited.sent_on).days
    return signed_links.make("invitation", invited.pk, version=invited.version, days=days, since=invited.sent_on).url


def _tell(kind: str, attachment: Attachment, *, occasion: str = "", **more: int) -> None:
    outbox.enqueue(
        outbox.Mail(
            kind=kind,
            to=attachment.user.email,
            to_name=str(attachment.user),
            occasion=occasion or str(attachment.pk),
            params={"attachment": attachment.pk, **more},
            about=f"actor:{attachment.actor_id}",
        )
    )


def _absolute(view_name: str, *args: Any) -> str:
    return settings.SITE_URL + reverse(view_name, args=args)


def _of_state(state: AttachmentState) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """The values of a mail that makes sense only as long as the attachment is in this state."""

    def context(params: Mapping[str, Any]) -> Mapping[str, Any]:
        attachment = Attachment.objects.for_page().filter(pk=params["attachment"]).first()
        if attachment is None or attachment.state != state:
            raise kinds.NotRelevant(Reason.NO_OBJECT)
        return _values(attachment)

    return context


def _values(attachment: Attachment) -> dict[str, Any]:
    return {
        "person": str(attachment.user),
        "function": attachment.function,
        "actor": attachment.actor.name,
        "of_actor": french.of(attachment.actor.name),
        "actor_url": settings.SITE_URL + attachment.actor.get_absolute_url(),
        "is_principal": attachment.is_principal,
        "reason": attachment.reason,
        "manage_url": _absolute("my_attachment", attachment.pk),
        "contact_url": _absolute("contact"),
    }


def _announced(params: Mapping[str, Any]) -> Mapping[str, Any]:
    reader = params.get("reader")
    values = dict(_of_state(AttachmentState.ACCEPTED)(params))
    return values | {"is_colleague": bool(reader), "manage_url": _absolute("my_attachment", reader) if reader else ""}


def _principal(params: Mapping[str, Any]) -> Mapping[str, Any]:
    values = _of_state(AttachmentState.ACCEPTED)(params)
    if not values["is_principal"]:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return values


def _replaced(params: Mapping[str, Any]) -> Mapping[str, Any]:
    values = _of_state(AttachmentState.ACCEPTED)(params)
    principal = Attachment.objects.principals().for_page().filter(pk=params["principal"]).first()
    if principal is None:  # it changed again since
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return {**values, "principal": str(principal.user)}


def _invited(params: Mapping[str, Any]) -> Mapping[str, Any]:
    invited = Invitation.objects.select_related("actor", "invited_by").filter(pk=params["invitation"]).first()
    if invited is None or invited.cancelled_at:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if invited.accepted_at:
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    return {
        "person": str(invited.invited_by),
        "actor": invited.actor.name,
        "actor_url": settings.SITE_URL + invited.actor.get_absolute_url(),
        "invited": invited.email,
        "invitation_url": invitation_link(invited),
        "last_day": day(invited.last_day),
    }


def _example_of(state: AttachmentState, **more: Any) -> Callable[[], dict[str, Any] | None]:
    def example() -> dict[str, Any] | None:
        attachment = Attachment.objects.of_state([state]).newest_first().first()
        return {"attachment": attachment.pk, **more} if attachment else None

    return example


def _example_of_principal() -> dict[str, Any] | None:
    attachment = Attachment.objects.principals().newest_first().first()
    return {"attachment": attachment.pk} if attachment else None


def _example_of_replaced() -> dict[str, Any] | None:
    principal = Attachment.objects.principals().newest_first().first()
    return {"attachment": principal.pk, "principal": principal.pk} if principal else None


def _example_of_invitation() -> dict[str, Any] | None:
    invited = Invitation.objects.still_good().oldest_first().first()
    return {"invitation": invited.pk} if invited else None


def register() -> None:
    accepted, refused, left = AttachmentState.ACCEPTED, AttachmentState.REFUSED, AttachmentState.LEFT
    for code, label, context, example in (
        (ACCEPTED, _("Rattachement accepté"), _of_state(accepted), _example_of(accepted)),
        (REFUSED, _("Rattachement refusé"), _of_state(refused), _example_of(refused)),
        (ENDED, _("Rattachement terminé"), _of_state(left), _example_of(left)),
        (PRINCIPAL, _("Nouveau référent principal"), _principal, _example_of_principal),
        (REPLACED, _("Référent principal remplacé par l’équipe"), _replaced, _example_of_replaced),
        (ANNOUNCED, _("Un référent de plus"), _announced, _example_of(accepted, reader=0)),
        (INVITATION, _("Invitation d’un collègue"), _invited, _example_of_invitation),
    ):
        kinds.register(kinds.MailKind(code, label, Category.TRANSACTION, context, example))
