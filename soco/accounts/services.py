"""What changes accounts: roles, welcome, names, a lost second proof, erasure."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import structlog
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from soco.mailing import addresses
from soco.web import registries

from . import roles
from .models import User

logger = structlog.get_logger(__name__)


class AccountsError(Exception):
    """What was asked of an account cannot be done; the message says why, in French."""


@dataclass(frozen=True)
class Counts:
    created: int
    changed: int
    unchanged: int


@transaction.atomic
def sync_roles() -> Counts:
    """Create the missing groups and give each exactly its permissions. Raises roles.UnknownPermission, having changed nothing."""
    existing = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    done: Counter[str] = Counter()
    for role in roles.ROLES.values():
        wanted = {existing[name].pk for name in roles.chosen(role.permissions, existing)}
        group, is_new = Group.objects.get_or_create(name=role.name)
        is_same = set(group.permissions.values_list("pk", flat=True)) == wanted
        if not is_same:
            group.permissions.set(wanted)
        done["created" if is_new else "unchanged" if is_same else "changed"] += 1
    return Counts(done["created"], done["changed"], done["unchanged"])


@transaction.atomic
def give_role(user: User, role: str, *, by: User | None) -> None:
    """Put `user` into a role of `roles.ROLES`; giving it twice is giving it once. `by`: who decided, None for the machine."""
    group, _created = Group.objects.get_or_create(name=roles.ROLES[role].name)
    user.groups.add(group)
    follow_roles(user)
    logger.info("accounts.role_given", user=user.pk, role=role, by=by and by.pk)


@transaction.atomic
def take_role(user: User, role: str, *, by: User | None) -> None:
    """Take a role back; taking one that was not given does nothing. Raises AccountsError for the last administrator's."""
    if role == roles.ADMINISTRATOR and is_last_administrator(user):
        raise AccountsError(_("C’est le dernier administrateur : nommez-en un autre d’abord."))
    user.groups.remove(*Group.objects.filter(name=roles.ROLES[role].name))
    follow_roles(user)
    logger.info("accounts.role_taken", user=user.pk, role=role, by=by and by.pk)


def follow_roles(user: User) -> None:
    """Who has a staff role may enter the staff's pages, and nobody else."""
    staff_roles = [role.name for role in roles.ROLES.values() if role.is_staff]
    is_staff = user.is_superuser or user.groups.filter(name__in=staff_roles).exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


def is_last_administrator(user: User) -> bool:
    """Would nobody be left to manage accounts without this person?

    In a transaction: their rows are locked until its end, so that two administrators cannot both leave at once.
    """
    administrators = User.objects.administrators().order_by("pk").select_for_update(of=("self",))
    return [administrator.pk for administrator in administrators] == [user.pk]


@transaction.atomic
def confirm_address(user: User) -> None:
    """Hold the account's address for verified: staff, or an installation, vouches for it."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def rename(user: User, *, first_name: str, last_name: str) -> None:
    user.first_name, user.last_name = first_name, last_name
    user.save(update_fields=["first_name", "last_name"])


def forget_stranger(user: User) -> None:
    """The owner of an address came by a code, not by the sign-up that waited: whoever signed up may have been somebody else.

    For the first address of an account, what that sign-up chose is forgotten: password, names, proofs of identity. Otherwise
    a stranger could sign up with a town hall's address, wait for its owner to come, and enter with the password they chose.
    """
    if user.last_login is not None or EmailAddress.objects.filter(user=user, verified=True).count() > 1:
        return
    user.set_unusable_password()
    user.first_name = user.last_name = ""
    user.save(update_fields=["password", "first_name", "last_name"])
    Authenticator.objects.filter(user=user).delete()


def welcome(user: User) -> None:
    """An address was confirmed: its owner is a member."""
    if EmailAddress.objects.filter(user=user, verified=True).exists():
        give_role(user, roles.MEMBER, by=None)


@transaction.atomic
def remember_address(user: User, former: str, *, now: str = "") -> None:
    """`user` no longer bears the address `former`, and bears `now` instead, if anything.

    It is still theirs when they ask for their data or its erasure, and what was opposed there is opposed still. Safe twice.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if former.lower() not in locked.former_emails:
        User.objects.filter(pk=user.pk).update(former_emails=[*locked.former_emails, former.lower()])
    if now:
        addresses.carry_over(former, now)


@transaction.atomic
def forget_second_factor(user: User, *, by: User) -> int:
    """For somebody who lost everything: remove their proofs and end their sessions; staff add new ones at the next sign-in."""
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    logger.info("accounts.second_factor_forgotten", user=user.pk, by=by.pk)
    return removed


def end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def erase(user: User) -> list[str]:
    """Erase an account and what every app knows of the person; return the sentences on what is kept, and why.

    Raises AccountsError for the last administrator. The journal of staff gestures keeps its lines, without the person.
    """
    if is_last_administrator(user):
        raise AccountsError(
            _("Vous êtes le dernier administrateur du site : nommez-en un autre avant d’effacer votre compte.")
        )
    user = User.objects.select_for_update().filter(pk=user.pk).first()
    if user is None:  # the button was pressed twice: all is done
        return []
    kept = [str(sentence) for entry in registries.personal_data() if (sentence := entry.erase(user))]
    end_sessions(user)
    if LogEntry.objects.filter(user=user).exists():
        user.anonymise()
        kept.append(
            _("Le journal des gestes de l’équipe garde ses lignes sans votre nom, pour pouvoir corriger une erreur.")
        )
    else:
        user.delete()
    logger.info("accounts.erased", user=user.pk)
    return kept


def forget_ended_sessions(apply: bool) -> int:
    """What is kept of sessions (network address, browser) ends with them, whether or not their owner looks at the list.

    A session ends at sign-out or at its last day: Django never removes the rows of the second kind by itself.
    """
    before = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    ended = UserSession.objects.filter(created_at__lt=before).exclude(session_key__in=alive)
    if not apply:
        return ended.count()
    SessionStore.clear_expired()
    count, _by_model = ended.delete()
    return count


def forget_unconfirmed(apply: bool, *, days: int = 30) -> int:
    """Accounts whose address was never confirmed, `days` days after: they may not even be their address's owner's."""
    stale = list(User.objects.never_confirmed(before=timezone.now() - timedelta(days=days)))
    if apply:
        for user in stale:
            user.delete()
    return len(stale)
