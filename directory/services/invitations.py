"""A référent calls a colleague by mail: the link is good for the invited address alone, thirty days, once."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import domains, notifications
from directory.enums import AttachmentProof
from directory.models import Actor, Attachment, Invitation
from soco.accounts.models import User

from .attachments import accept, locked_actor
from .errors import DirectoryError

MOST_OPEN = 10  # invitations of one actor at the same time
MOST_A_DAY = 20  # those taken back included, or taking back and inviting anew would be a way to write to anybody


@transaction.atomic
def invite(actor: Actor, email: str, by: User) -> Invitation:
    """Call the owner of `email` to represent `actor` too. Inviting an address that is already invited is the same invitation.

    Raises DirectoryError for an address that already represents this actor, or for too many invitations at once.
    """
    email = email.strip().lower()
    locked_actor(actor.pk)
    if any(domains.same_address(known.user.email, email) for known in _accepted(actor)):
        raise DirectoryError(_("Cette personne représente déjà cet acteur\u00a0: aucune invitation n’est partie."))
    if known := Invitation.objects.still_good().of_actor(actor).sent_to([email]).first():
        return known
    now = timezone.now()
    Invitation.objects.open().of_actor(actor).sent_to([email]).update(
        cancelled_at=now
    )  # out of date: a new link is needed
    _refuse_too_many(actor)
    invitation = Invitation.objects.create(actor=actor, email=email, invited_by=by)
    notifications.invitation(invitation)
    return invitation


@transaction.atomic
def cancel_invitation(invitation: Invitation) -> Invitation:
    """Take an invitation back: its link does nothing any more. Safe to call twice; one that was accepted stays so."""
    locked_actor(invitation.actor_id)
    invitation.refresh_from_db()
    if invitation.is_open:
        invitation.cancelled_at = timezone.now()
        invitation.save(update_fields=["cancelled_at"])
    return invitation


@transaction.atomic
def accept_invitation(
    invitation: Invitation, user: User, *, addresses: Iterable[str], function: str = ""
) -> Attachment:
    """Make `user` a référent, one of whose verified `addresses` was invited. Safe to call twice.

    Raises DirectoryError if the invitation was taken back, used by somebody else, or made for another address.
    """
    actor = locked_actor(invitation.actor_id)
    invitation = Invitation.objects.select_related("actor", "invited_by").get(pk=invitation.pk)
    if not any(domains.same_address(address, invitation.email) for address in addresses):
        raise DirectoryError(
            _(
                "Cette invitation a été envoyée à une autre adresse que les vôtres. "
                "Rien n’a été changé\u00a0: connectez-vous avec l’adresse invitée, ou ajoutez-la à votre compte."
            )
        )
    attachment = Attachment.objects.standing().of_user(user).of_actor(actor).first()
    if invitation.accepted_at and attachment and attachment.is_accepted:
        return attachment
    inviter = invitation.invited_by
    still_speaks = inviter.is_active and (
        inviter.is_staff or Attachment.objects.accepted().of_user(inviter).of_actor(actor).exists()
    )
    if not invitation.is_open or actor.is_closed or not still_speaks:
        raise DirectoryError(
            _("Cette invitation a été retirée ou a déjà servi\u00a0: demandez-en une autre à votre collègue.")
        )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    if attachment is None:
        attachment = Attachment.objects.create(actor=actor, user=user, function=function.strip())
    if attachment.is_requested:
        accept(attachment, proof=AttachmentProof.INVITATION, by=invitation.invited_by)
    return attachment


def _accepted(actor: Actor) -> Iterable[Attachment]:
    return Attachment.objects.accepted().of_actor(actor).select_related("user")


def _refuse_too_many(actor: Actor) -> None:
    """Raises DirectoryError when this actor's invitations are too many to send another one."""
    theirs = Invitation.objects.of_actor(actor)
    if theirs.still_good().count() >= MOST_OPEN:
        raise DirectoryError(
            _(
                "%(n)s invitations attendent déjà une réponse. Celle-ci n’est pas partie\u00a0: "
                "retirez-en une, ou attendez une réponse."
            )
            % {"n": MOST_OPEN}
        )
    if theirs.sent_since(timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise DirectoryError(
            _(
                "%(n)s invitations sont parties depuis hier, le maximum\u00a0: celle-ci n’est pas partie. Réessayez demain."
            )
            % {"n": MOST_A_DAY}
        )
