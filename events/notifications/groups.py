"""The mails of groups: somebody asks to join, is accepted, is refused."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.enums import MembershipState
from events.models import GroupMember
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason

ASKED, ACCEPTED, REFUSED = "events.group_asked", "events.group_accepted", "events.group_refused"


def membership_asked(member: GroupMember) -> None:
    """To each co-chair: somebody waits for them."""
    for chair in GroupMember.objects.of_group(member.group).chairs().select_related("user"):
        if chair.user:
            _write(ASKED, member, to=chair.user.email, name=str(chair.user))


def membership_accepted(member: GroupMember) -> None:
    if member.user:
        _write(ACCEPTED, member, to=member.user.email, name=str(member.user))


def membership_refused(member: GroupMember) -> None:
    if member.user:
        _write(REFUSED, member, to=member.user.email, name=str(member.user))


def _write(kind: str, member: GroupMember, *, to: str, name: str) -> None:
    moment = member.decided_at or member.asked_at
    outbox.enqueue(
        outbox.Mail(
            kind=kind,
            to=to,
            to_name=name,
            occasion=f"{member.pk}:{moment:%Y%m%d%H%M%S%f}",
            params={"member": member.pk},
            about=f"group:{member.group_id}",
        )
    )


def _context(state: MembershipState) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    def context(params: Mapping[str, Any]) -> Mapping[str, Any]:
        member = GroupMember.objects.select_related("group", "user", "actor").filter(pk=params["member"]).first()
        if member is None or member.state != state:
            raise kinds.NotRelevant(Reason.NO_OBJECT)
        return {
            "group": member.group.name,
            "who": str(member),
            "message": member.message,
            "reason": member.reason,
            "group_url": settings.SITE_URL + member.group.get_absolute_url(),
            "manage_url": settings.SITE_URL + reverse("group_manage", args=[member.group.slug]),
        }

    return context


def _example(state: MembershipState) -> Callable[[], dict[str, Any] | None]:
    def example() -> dict[str, Any] | None:
        member = GroupMember.objects.in_state(state).exclude(user=None).order_by("-pk").first()
        return {"member": member.pk} if member else None

    return example


def register() -> None:
    for code, label, state in (
        (ASKED, _("demande pour entrer dans un groupe"), MembershipState.PENDING),
        (ACCEPTED, _("entrée dans un groupe"), MembershipState.ACCEPTED),
        (REFUSED, _("refus d’entrer dans un groupe"), MembershipState.REFUSED),
    ):
        kinds.register(
            kinds.MailKind(
                code=code,
                label=label,
                category=Category.TRANSACTION,
                context=_context(state),
                example=_example(state),
            )
        )
