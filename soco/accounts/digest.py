"""The morning's point: what waits for a staff member, by mail, for those who want it and only when something waits."""

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soco.mailing import outbox
from soco.mailing.enums import Category, Reason
from soco.mailing.kinds import MailKind, NotRelevant, Params
from soco.web import registries
from soco.web.slots import Block

from .models import User


@transaction.atomic
def queue_digests(today: date) -> int:
    """Ask for the mail of `today` for each staff member who wants it; twice the same day asks for nothing more."""
    evening = timezone.make_aware(datetime.combine(today, time(18)))
    return outbox.enqueue_many(
        outbox.Mail(
            "accounts.digest",
            user.email,
            f"{user.pk}:{today}",
            {"user": user.pk},
            to_name=user.first_name,
            relevant_until=evening,
        )
        for user in User.objects.who_want_the_digest()
    )


@transaction.atomic
def want_digest(user: User, wanted: bool) -> None:
    """Send `user` the morning's point, or no more. Safe twice."""
    User.objects.filter(pk=user.pk).update(wants_digest=wanted)


def waiting_for(user: User) -> list[str]:
    """What waits for `user`, a line for each queue that they may empty and that is not empty."""
    lines = []
    for queue in registries.queues():
        if not user.has_perm(queue.permission):
            continue
        waiting = queue.measure()
        if waiting.count:
            age = _(", depuis %(age)s") % {"age": timesince(waiting.since)} if waiting.since else ""
            lines.append(f"{queue.label}\u00a0: {waiting.count}{age}")
    return lines


def _context(params: Params) -> dict[str, Any]:
    user = User.objects.who_want_the_digest().filter(pk=params["user"]).first()
    lines = waiting_for(user) if user else []
    if not lines:
        raise NotRelevant(Reason.NO_OBJECT)
    return {"lines": lines, "url": settings.SITE_URL + reverse("staff_home")}


def _example() -> dict[str, Any] | None:
    user = User.objects.who_want_the_digest().first()
    return {"user": user.pk} if user else None


KIND = MailKind(
    code="accounts.digest",
    label=gettext_lazy("Point du matin de l’équipe"),
    category=Category.SERVICE,
    context=_context,
    example=_example,
)


def choice(request: HttpRequest, subject: Any) -> Block:
    """On the staff's home: receive the morning's point, or no more."""
    return "accounts/_digest.html", {"is_wanted": request.user.wants_digest}
