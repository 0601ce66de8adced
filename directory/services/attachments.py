"""Who speaks for an actor: ask, accept, refuse, hand over, leave.

Each gesture locks the actor first, so that two of them on the same actor wait for each other; the constraints of the tables
are the last word. Whoever is accepted first is the principal; when the principal goes, the oldest other référent follows.
"""

from collections.abc import Iterable
from datetime import timedelta

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import notifications
from directory.enums import AttachmentProof, AttachmentState, Source
from directory.models import Actor, Attachment, Invitation
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role, take_role

from .errors import DirectoryError
from .proofs import proof_of

MOST_REQUESTS = 10  # that one person may have waiting at the same time
FUNCTION_LENGTH = 120
# As the register of soco.web.privacy says.
REFUSED_DAYS = 365
LEFT_DAYS = 3 * 365


@transaction.atomic
def request_attachment(
    actor: Actor, user: User, *, addresses: Iterable[str], function: str = "", message: str = ""
) -> Attachment:
    """Ask to represent `actor`: accepted at once if one of the verified `addresses` proves it, else waiting for staff.

    Asked twice, it is the same request; one that waited is accepted as soon as an address proves it. Raises DirectoryError
    for an actor that no longer exists, or for too many requests at once.
    """
    actor = locked_actor(actor.pk)
    if actor.is_closed:
        raise DirectoryError(_("Cet acteur a cessé d’exister\u00a0: personne ne peut plus le représenter."))
    attachment = Attachment.objects.standing().of_user(user).of_actor(actor).first()
    if attachment is None:
        if Attachment.objects.requested().of_user(user).count() >= MOST_REQUESTS:
            raise DirectoryError(
                _(
                    "Vous avez déjà %(n)s demandes en attente. Rien n’a été envoyé\u00a0: "
                    "attendez une réponse, ou écrivez-nous si vous représentez autant de structures."
                )
                % {"n": MOST_REQUESTS}
            )
        attachment = Attachment.objects.create(
            actor=actor, user=user, function=function.strip()[:FUNCTION_LENGTH], message=message.strip()
        )
    if attachment.is_requested and (proof := proof_of(actor, addresses)):
        accept(attachment, proof=proof, by=user)
    return attachment


@transaction.atomic
def accept_attachment(attachment: Attachment, *, by: User, reason: str) -> Attachment:
    """Staff accepts a request and says why. Safe to call twice.

    Raises DirectoryError without a reason, or if it was refused or withdrawn meanwhile.
    """
    attachment = locked(attachment)
    if attachment.is_accepted:
        return attachment
    if not attachment.is_requested:
        raise DirectoryError(_already_decided(attachment))
    return accept(attachment, proof=AttachmentProof.STAFF, by=by, reason=_required(reason))


@transaction.atomic
def refuse_attachment(attachment: Attachment, *, by: User, reason: str) -> Attachment:
    """Staff refuses a request and says why. Safe to call twice. Raises DirectoryError without a reason, or if accepted."""
    attachment = locked(attachment)
    if attachment.state == AttachmentState.REFUSED:
        return attachment
    if not attachment.is_requested:
        raise DirectoryError(_already_decided(attachment))
    attachment.state, attachment.reason = AttachmentState.REFUSED, _required(reason)
    attachment.decided_at, attachment.decided_by = timezone.now(), by.email
    with pghistory.context(source=Source.STAFF.value, by=by.email):
        attachment.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    notifications.attachment_refused(attachment)
    return attachment


@transaction.atomic
def leave(attachment: Attachment) -> Attachment:
    """Its own person stops representing the actor, or takes the request back. Safe to call twice."""
    attachment = locked(attachment)
    return _end(attachment, by=attachment.user, source=Source.ORGANISATION)


@transaction.atomic
def end_attachment(attachment: Attachment, *, by: User, reason: str, source: Source = Source.STAFF) -> Attachment:
    """Staff, or the principal référent, ends somebody's attachment and says why; the person is told. Safe to call twice.

    Raises DirectoryError without a reason.
    """
    attachment = locked(attachment)
    if attachment.state == AttachmentState.LEFT:
        return attachment
    attachment.reason = _required(reason)
    ended = _end(attachment, by=by, source=source)
    notifications.attachment_ended(ended)
    return ended


@transaction.atomic
def hand_over(
    attachment: Attachment, *, to: Attachment, by: User | None = None, source: Source = Source.ORGANISATION
) -> Attachment:
    """The principal référent, or `by` for them, makes `to`, of the same actor, the principal. Safe to call twice.

    Raises DirectoryError if `attachment` is not the principal, or if `to` does not represent this actor any more.
    """
    attachment = locked(attachment)
    to = Attachment.objects.select_for_update(of=("self",)).select_related("user", "actor").get(pk=to.pk)
    if to.actor_id != attachment.actor_id or not to.is_accepted:
        raise DirectoryError(_("Cette personne ne représente plus cet acteur\u00a0: rien n’a été changé."))
    if to.is_principal:
        return to
    if not attachment.is_principal:
        raise DirectoryError(_("Vous n’êtes plus le référent principal\u00a0: rien n’a été changé."))
    with pghistory.context(source=source.value, by=(by or attachment.user).email):
        attachment.is_principal = False
        attachment.save(update_fields=["is_principal"])
        _make_principal(to)
    return to


@transaction.atomic
def make_principal(attachment: Attachment, *, by: User) -> Attachment:
    """Staff makes this référent the principal; whoever was it remains a référent, and is told. Safe to call twice.

    Raises DirectoryError if `attachment` does not represent the actor any more.
    """
    locked_actor(attachment.actor_id)
    was = Attachment.objects.principals().of_actor(attachment.actor_id).select_related("user", "actor").first()
    heir = hand_over(was or attachment, to=attachment, by=by, source=Source.STAFF)
    if was and was.pk != heir.pk:
        notifications.attachment_replaced(was, by=heir)
    return heir


@transaction.atomic
def forget_representative(user: User, *, addresses: Iterable[str]) -> None:
    """Erase what is known of `user` as a représentant: attachments with their history, invitations by them or to them.

    Actors that they were the principal of get another one, if somebody else represents them. Safe to call twice.
    """
    addresses = list(addresses)
    for attachment in Attachment.objects.standing().of_user(user).by_actor():
        leave(attachment)
    Attachment.objects.of_user(user).delete()
    Attachment.pgh_event_model.objects.filter(user=user.pk).delete()  # type: ignore[attr-defined]
    Attachment.objects.decided_by_address(addresses).update(decided_by="")
    Invitation.objects.sent_by(user).delete()
    Invitation.objects.sent_to(addresses).anonymise()


@transaction.atomic
def forget_old_attachments(apply: bool) -> int:
    """Forget requests and invitations a year after, attachments three years after; return how many are, or would be."""
    a_year_ago = timezone.now() - timedelta(days=REFUSED_DAYS)
    over = Attachment.objects.over(refused_before=a_year_ago, left_before=timezone.now() - timedelta(days=LEFT_DAYS))
    invitations = Invitation.objects.sent_before(a_year_ago)
    pks = list(over.values_list("pk", flat=True))
    count = len(pks) + invitations.count()
    if apply:
        Attachment.objects.filter(pk__in=pks).delete()
        Attachment.pgh_event_model.objects.filter(pgh_obj_id__in=pks).delete()  # type: ignore[attr-defined]
        invitations.delete()
    return count


def accept(attachment: Attachment, *, proof: AttachmentProof, by: User, reason: str = "") -> Attachment:
    """Make a référent of a locked request; the first one is the principal. Mails and role follow."""
    others = list(Attachment.objects.accepted().of_actor(attachment.actor_id).other_than(attachment))
    attachment.state, attachment.proof, attachment.reason = AttachmentState.ACCEPTED, proof, reason.strip()
    attachment.is_principal = not any(other.is_principal for other in others)
    attachment.decided_at, attachment.decided_by = timezone.now(), by.email
    source = Source.STAFF if proof == AttachmentProof.STAFF else Source.ORGANISATION
    with pghistory.context(source=source.value, by=by.email):
        attachment.save(update_fields=["state", "proof", "reason", "is_principal", "decided_at", "decided_by"])
    give_role(attachment.user, roles.REFERENT, by=by)
    notifications.attachment_accepted(attachment)
    notifications.attachment_announced(attachment)
    return attachment


def locked_actor(pk: int) -> Actor:
    """The actor, kept from every other gesture on its référents until the end of the transaction."""
    rows = Actor.objects.select_for_update(of=("self",), no_key=True)
    return rows.defer("search_document", "search_terms").get(pk=pk)


def locked(attachment: Attachment) -> Attachment:
    """The row as it is now, its actor locked before it: always in that order."""
    locked_actor(attachment.actor_id)
    return Attachment.objects.select_for_update(of=("self",)).select_related("user", "actor").get(pk=attachment.pk)


def _end(attachment: Attachment, *, by: User, source: Source) -> Attachment:
    if attachment.state not in (AttachmentState.REQUESTED, AttachmentState.ACCEPTED):
        return attachment
    was_principal = attachment.is_principal
    attachment.state, attachment.is_principal, attachment.left_at = AttachmentState.LEFT, False, timezone.now()
    with pghistory.context(source=source.value, by=by.email):
        attachment.save(update_fields=["state", "is_principal", "left_at", "reason"])
        Invitation.objects.open().of_actor(attachment.actor_id).sent_by(attachment.user).update(
            cancelled_at=timezone.now()
        )
        if was_principal and (heir := _oldest_other(attachment)):
            _make_principal(heir)
    if not Attachment.objects.accepted().of_user(attachment.user).exists():
        take_role(attachment.user, roles.REFERENT, by=by)
    return attachment


def _oldest_other(attachment: Attachment) -> Attachment | None:
    others = Attachment.objects.accepted().of_actor(attachment.actor_id).other_than(attachment)
    return others.select_for_update(of=("self",)).select_related("user", "actor").oldest_first().first()


def _make_principal(attachment: Attachment) -> None:
    attachment.is_principal = True
    attachment.save(update_fields=["is_principal"])
    notifications.attachment_principal(attachment)


def _required(reason: str) -> str:
    if not reason.strip():
        raise DirectoryError(_("Donnez la raison\u00a0: la personne la lira. Rien n’a été changé."))
    return reason.strip()


def _already_decided(attachment: Attachment) -> str:
    return _("Cette demande a déjà été traitée (%(state)s)\u00a0: rien n’a été changé.") % {
        "state": attachment.get_state_display()
    }
