"""Who may do what in the répertoire: predicates asked by views and templates, never by services."""

from typing import Any

from directory.models import Actor, Attachment, PartnerSearch
from soco.accounts.models import User, UserQuerySet

REVIEW = "directory.review_changeproposal"
REVIEW_ATTACHMENT = "directory.review_attachment"
REVIEW_SEARCH = "directory.change_partnersearch"
MERGE = "directory.merge_actor"
FOLLOW_UP = "directory.view_jumelage"
WRITE_LETTER = "directory.change_jumelage"
RELAUNCH = "directory.change_relaunch"
VIEW_NEEDS = "directory.view_need"
FOLLOW_NEEDS = "directory.change_need"
ADD_NEED = "directory.add_need"


def can_review(user: Any) -> bool:
    """May this person decide what others proposed?"""
    return bool(user.is_authenticated and user.has_perm(REVIEW))


def can_publish(user: Any) -> bool:
    """May this person change any fiche at once? A reviewer who may not still proposes, like everybody."""
    return bool(user.is_authenticated and user.has_perm("directory.change_actor"))


def represents(user: Any, actor: Actor) -> bool:
    """Does this person speak for the actor today?"""
    return bool(user.is_authenticated and Attachment.objects.accepted().of_user(user).of_actor(actor).exists())


def can_edit(user: Any, actor: Actor) -> bool:
    """May this person propose changes through the form of the actor's own people? Its référents, and staff."""
    return can_review(user) or represents(user, actor)


def can_review_searches(user: Any) -> bool:
    """May this person decide which announcements are published?"""
    return bool(user.is_authenticated and user.has_perm(REVIEW_SEARCH))


def can_manage_search(user: Any, search: PartnerSearch) -> bool:
    """May this person change and close an announcement? Those who speak for its actor today."""
    return search.actor is not None and represents(user, search.actor)


def can_relaunch(user: Any) -> bool:
    """May this person open, tick and close relaunches?"""
    return bool(user.is_authenticated and user.has_perm(RELAUNCH))


def can_end_jumelages(user: Any) -> bool:
    """May this person close a jumelage at once? Others who relaunch ask for it."""
    return bool(user.is_authenticated and user.has_perm(WRITE_LETTER))


def can_view_needs(user: Any) -> bool:
    """May this person read what actors ask for?"""
    return bool(user.is_authenticated and user.has_perm(VIEW_NEEDS))


def can_follow_needs(user: Any) -> bool:
    """May this person take a need in hand, answer it, drop it?"""
    return bool(user.is_authenticated and user.has_perm(FOLLOW_NEEDS))


def can_note_needs(user: Any) -> bool:
    """May this person write down what an actor asked for in a mail, a call, a talk?"""
    return bool(user.is_authenticated and user.has_perm(ADD_NEED))


def need_followers() -> UserQuerySet:
    """The colleagues to whom a need may be handed, by name."""
    return User.objects.holding(FOLLOW_NEEDS)
