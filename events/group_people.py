"""What the portal's common pages know of groups: the team's queues, « Mes données », what is forgotten in time."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import notifications, perms, services
from events.models import GroupAction, GroupMember
from soco.mailing.models import Message
from soco.mailing.retention import redact
from soco.web.registries import PersonalData, Purge, Queue, Waiting

KEPT_DAYS = 365


def _requests() -> Waiting:
    return Waiting(**GroupMember.objects.waiting_since())


def _late_actions() -> Waiting:
    found = GroupAction.objects.late_since(timezone.localdate())
    first = found["first"] and timezone.make_aware(datetime.combine(found["first"], time.max))
    return Waiting(found["count"], first)


QUEUES = (
    Queue(
        code="events.group_requests",
        label=gettext_lazy("Demandes à rejoindre un groupe"),
        help=gettext_lazy("Les coprésidents répondent\u00a0; un groupe sans coprésidence attend l’équipe."),
        url_name="group_board",
        query="?quoi=demandes",
        permission=perms.MANAGE_GROUPS,
        measure=_requests,
        order=42,
    ),
    Queue(
        code="events.group_actions",
        label=gettext_lazy("Actions des groupes en retard"),
        help=gettext_lazy("Décidées en réunion, attendues pour une date qui est passée."),
        url_name="group_board",
        query="?quoi=retards",
        permission=perms.MANAGE_GROUPS,
        measure=_late_actions,
        order=46,
    ),
)


def _export(user: Any) -> Iterable[dict[str, Any]]:
    for member in GroupMember.objects.of_user(user).for_list().with_group().by_group():
        yield {
            "groupe": member.group.name,
            "pour": member.actor.name if member.actor else "",
            "role": str(member.get_role_display()),
            "etat": str(member.get_state_display()),
            "message": member.message,
            "nom_lu_par_tous": member.is_listed,
            "raison": member.reason,
            "demandee_le": member.asked_at,
            "decidee_le": member.decided_at,
        }


def _erase(user: Any) -> str:
    addresses = user.every_address()
    groups = GroupMember.objects.of_user(user).values_list("group", flat=True)
    about = [notifications.about_group(pk) for pk in groups]
    is_kept = services.forget_member(user, addresses=addresses)
    # Mails to co-chairs say who asked.
    redact(Message.objects.about_any(about), [*addresses, user.get_full_name()])
    return _("Ce que vos groupes ont décidé reste, sans votre nom.") if is_kept else ""


PERSONAL_DATA = PersonalData(
    code="events.groups", label=gettext_lazy("Vos groupes"), export=_export, erase=_erase, order=55
)


def _forget(apply: bool) -> int:
    return services.forget_old_memberships(timezone.now() - timedelta(days=KEPT_DAYS), apply=apply)


PURGE = Purge(
    code="events.group_members",
    rule=gettext_lazy("Les demandes refusées et les départs d’un groupe, un an après"),
    run=_forget,
)
