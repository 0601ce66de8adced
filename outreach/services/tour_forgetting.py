"""What tours forget of people: a voltigeur who asks for it, the messages of collectivités once they are old."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from outreach.models import FieldArea, Tour, TourStop
from soco.accounts.models import User


@transaction.atomic
def forget_voltigeur(user: User) -> str:
    """Their area and the address of their calendar go; their tours stay, nobody's. Return what is kept and why."""
    FieldArea.objects.of_user(user).delete()
    Tour.objects.filter(created_by__in=user.every_address()).update(created_by="")
    count = Tour.objects.by_voltigeur(user).update(voltigeur=None)
    return (
        _("Vos tournées restent, sans votre nom\u00a0: elles disent quelles collectivités ont été visitées.")
        if count
        else ""
    )


@transaction.atomic
def forget_old_answers(before: date, *, apply: bool) -> int:
    """The messages on slots of tours before that day; return how many are, or would be, forgotten."""
    old = TourStop.objects.of_tours_before(before).with_a_message()
    return old.update(answer="") if apply else old.count()
