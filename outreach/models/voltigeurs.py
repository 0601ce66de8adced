"""Who goes and meets collectivités."""

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet

from soco.accounts.models import User

from .planning import FieldArea
from .visits import Visit


def voltigeurs() -> "QuerySet[User]":
    """Active staff whose group makes tours, and whoever has an area, by name."""
    may = Permission.objects.filter(
        codename="change_tour", content_type__app_label="outreach", group__user=OuterRef("pk")
    )
    has_area = FieldArea.objects.filter(user=OuterRef("pk"))
    active = User.objects.filter(is_active=True, is_staff=True)
    return active.filter(Q(Exists(may)) | Q(Exists(has_area))).order_by("last_name", "first_name", "pk")


def past_voltigeurs() -> "QuerySet[User]":
    """Voltigeurs of today and whoever made a visit, active or not, by name: whose months may be read."""
    visits = Visit.objects.filter(voltigeur=OuterRef("pk"))
    return User.objects.filter(Q(pk__in=voltigeurs().order_by().values("pk")) | Q(Exists(visits))).order_by(
        "last_name", "first_name", "email", "pk"
    )
