"""Who may do what in the répertoire: predicates asked by views and templates, never by services."""

from typing import Any

from directory.models import Actor, Attachment

REVIEW = "directory.review_changeproposal"
REVIEW_ATTACHMENT = "directory.review_attachment"
MERGE = "directory.merge_actor"


def can_review(user: Any) -> bool:
    """May this person decide what others proposed?"""
    return bool(user.is_authenticated and user.has_perm(REVIEW))


def can_publish(user: Any) -> bool:
    """May this person change any fiche at once? A reviewer who may not still proposes, like everybody."""
    return bool(user.is_authenticated and user.has_perm("directory.change_actor"))


def represents(user: Any, actor: Actor) -> bool:
    """Does this person speak for the actor today?"""
    return bool(user.is_authenticated and Attachment.objects.accepted().of_user(user).of_actor(actor).exists())


def can_manage_referents(user: Any, actor: Actor) -> bool:
    """May this person hand the actor over and end others' attachments? Its principal référent, and staff."""
    return can_review_attachments(user) or bool(
        user.is_authenticated and Attachment.objects.principals().of_user(user).of_actor(actor).exists()
    )


def can_review_attachments(user: Any) -> bool:
    """May this person decide who represents whom?"""
    return bool(user.is_authenticated and user.has_perm(REVIEW_ATTACHMENT))


def can_edit(user: Any, actor: Actor) -> bool:
    """May this person propose changes through the form of the actor's own people? Its référents, and staff."""
    return can_review(user) or represents(user, actor)
