"""The mails of groups: a request to its co-chairs, their answer to the person, minutes to its members, an actor invited."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from directory.models.reference import country_names, theme_names
from events.enums import Audience, MembershipState
from events.models import Document, Group, GroupMember, Registration
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.mailing.rendering import quoted

REQUEST, ACCEPTED, REFUSED = "events.group_request", "events.group_accepted", "events.group_refused"
ENDED, MINUTES, INVITATION = "events.group_ended", "events.group_minutes", "events.group_invitation"


def about_group(group: int) -> str:
    return f"group:{group}"


def about_invitation(group: int, actor: int) -> str:
    """What the ledger calls the invitation of one actor to one group."""
    return f"group:{group}:actor:{actor}"


# --- asked for ------------------------------------------------------------------------------------------------------------
def membership_asked(member: GroupMember) -> None:
    """To each co-chair, once a day at most for the same person; a group without any is in the team's queue."""
    chairs = GroupMember.objects.of_group(member.group).chairs().of_people().for_list()
    outbox.enqueue_many(
        _mail(REQUEST, member, to=chair, occasion=f"{member.pk}:{member.asked_at:%Y%m%d}") for chair in chairs
    )


def membership_accepted(member: GroupMember) -> None:
    _answer(ACCEPTED, member)


def membership_refused(member: GroupMember) -> None:
    _answer(REFUSED, member)


def membership_ended(member: GroupMember) -> None:
    _answer(ENDED, member)


def _answer(kind: str, member: GroupMember) -> None:
    if member.user is not None and member.user.is_active:
        outbox.enqueue(_mail(kind, member, to=member, occasion=f"{member.pk}:{member.decided_at:%Y%m%d%H%M%S%f}"))


def _mail(kind: str, member: GroupMember, *, to: GroupMember, occasion: str) -> outbox.Mail:
    """`to`: the membership of whoever reads it."""
    user: Any = to.user
    return outbox.Mail(
        kind=kind,
        to=user.email,
        to_name=str(user),
        occasion=occasion,
        params={"member": member.pk, "reader": str(user)},
        about=about_group(member.group_id),
    )


def minutes_added(document: Document) -> int:
    """To every member with an account, once for each file; return how many mails are asked for. Not what organisers keep."""
    group = document.group or (document.event.group if document.event else None)
    if group is None or not document.is_minutes or document.is_for_organisers:
        return 0
    members = GroupMember.objects.of_group(group).accepted().of_people().for_list()
    return outbox.enqueue_many(
        outbox.Mail(
            kind=MINUTES,
            to=member.user.email,  # type: ignore[union-attr]
            to_name=str(member.user),
            occasion=str(document.pk),
            params={"document": document.pk, "reader": str(member.user), "member": member.pk},
            about=about_group(group.pk),
        )
        for member in members
    )


def group_invitation(group: Group, actor: Actor, *, to: Iterable[str], by: str) -> None:
    """To these addresses of an actor, once for each actor. `by`: whom an answer goes to."""
    outbox.enqueue_many(
        outbox.Mail(
            kind=INVITATION,
            to=address,
            occasion=f"{group.pk}:{actor.pk}",
            params={"group": group.pk, "actor": actor.pk},
            about=about_invitation(group.pk, actor.pk),
            reply_to=by,
        )
        for address in to
    )


# --- what their words name ------------------------------------------------------------------------------------------------
def _values(group: Group, reader: str = "") -> dict[str, Any]:
    return {
        "group": group.name,
        "summary": group.summary,
        "reader": reader,
        "group_url": settings.SITE_URL + group.get_absolute_url(),
        "manage_url": settings.SITE_URL + reverse("group_manage", args=[group.slug]),
        "join_url": settings.SITE_URL + reverse("group_join", args=[group.slug]),
    }


def _of_states(*states: MembershipState) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """The values of a mail that makes sense only as long as the membership is in one of these states."""

    def context(params: Mapping[str, Any]) -> Mapping[str, Any]:
        member = GroupMember.objects.for_list().select_related("group").filter(pk=params["member"]).first()
        if member is None or member.state not in states:
            raise kinds.NotRelevant(Reason.ALREADY_DONE if member else Reason.NO_OBJECT)
        return _values(member.group, params.get("reader", "")) | {
            "who": str(member.user or member.actor),
            "actor": member.actor.name if member.actor else "",
            "message": quoted(member.message) if member.message else "",
            "reason": member.reason,
        }

    return context


def _minutes(params: Mapping[str, Any]) -> Mapping[str, Any]:
    found = Document.objects.select_related("group", "event__group").filter(pk=params["document"]).first()
    group = found and (found.group or (found.event and found.event.group))
    if not found or not group or found.is_for_organisers or (found.event and found.event.is_draft):
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if "member" in params and not _may_read(found, params["member"]):
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return _values(group, params.get("reader", "")) | {
        "title": found.title,
        "meeting": found.event.title if found.event else "",
        "document_url": settings.SITE_URL + found.get_absolute_url(),
    }


def _may_read(document: Document, membership: int) -> bool:
    """Is the person still a member, and of the meeting if it was for the invited only?"""
    member = GroupMember.objects.accepted().filter(pk=membership).first()
    event = document.event
    if member is None or event is None or event.audience != Audience.INVITED:
        return member is not None
    return Registration.objects.of_event(event).live().of_user(member.user).exists()


def _invitation(params: Mapping[str, Any]) -> Mapping[str, Any]:
    group = Group.objects.published().filter(pk=params["group"]).first()
    actor = Actor.objects.published().filter(pk=params["actor"]).first()
    if group is None or actor is None or actor.is_at_rest(timezone.localdate()):
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if GroupMember.objects.of_group(group).of_actor(actor.pk).accepted().exists():
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    countries, themes = country_names(), theme_names()
    shared = [countries[code] for code in group.country_codes if code in actor.cooperation_countries]
    shared += [themes[code] for code in group.theme_codes if code in actor.cooperation_themes and not shared]
    return _values(group) | {"actor": actor.name, "shared": ", ".join(shared)}


# --- a real row to preview each on ----------------------------------------------------------------------------------------
def _example_in(*states: MembershipState) -> Callable[[], dict[str, Any] | None]:
    def example() -> dict[str, Any] | None:
        member = GroupMember.objects.in_states(list(states)).of_people().newest_first().first()
        return {"member": member.pk, "reader": str(member.user)} if member else None

    return example


def _example_minutes() -> dict[str, Any] | None:
    document = Document.objects.minutes().of_groups().for_registered().newest_first().first()
    return {"document": document.pk, "reader": "Camille Durand"} if document else None


def _example_invitation() -> dict[str, Any] | None:
    group, actor = Group.objects.published().by_name().first(), Actor.objects.published().collectivites().first()
    return {"group": group.pk, "actor": actor.pk} if group and actor else None


def register() -> None:
    pending, accepted = MembershipState.PENDING, MembershipState.ACCEPTED
    refused, left = MembershipState.REFUSED, MembershipState.LEFT
    for code, label, state in (
        (REQUEST, _("demande à rejoindre un groupe"), pending),
        (ACCEPTED, _("membre d’un groupe"), accepted),
        (REFUSED, _("demande à rejoindre un groupe, refusée"), refused),
        (ENDED, _("n’est plus membre d’un groupe"), left),
    ):
        kinds.register(
            kinds.MailKind(code, label, Category.TRANSACTION, _of_states(state), _example_in(state)),
        )
    kinds.register(
        kinds.MailKind(MINUTES, _("compte rendu d’un groupe"), Category.SERVICE, _minutes, _example_minutes),
        kinds.MailKind(
            INVITATION, _("invitation à rejoindre un groupe"), Category.SERVICE, _invitation, _example_invitation
        ),
    )
