"""Groups: those who work on the same country or the same theme, their members and what they decided."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from directory.models.cooperation import codes_array, countries_of
from events.enums import GroupKind, JoinPolicy, MembershipRole, MembershipState


class GroupQuerySet(models.QuerySet["Group"]):
    def published(self) -> "GroupQuerySet":
        """Groups that everybody may read about."""
        return self.filter(is_published=True)

    def real(self) -> "GroupQuerySet":
        return self.filter(is_demo=False)

    def demo(self) -> "GroupQuerySet":
        """Fictitious ones of the demonstration."""
        return self.filter(is_demo=True)

    def of_kinds(self, kinds: list[str]) -> "GroupQuerySet":
        return self.filter(kind__in=kinds)

    def with_countries(self, codes: list[str]) -> "GroupQuerySet":
        """About one of these countries; « europe » stands for all of its own."""
        return self.filter(country_codes__overlap=codes_array(countries_of(codes), 2))

    def with_themes(self, codes: list[str]) -> "GroupQuerySet":
        return self.filter(theme_codes__overlap=codes_array(codes, 40))

    def chaired_by(self, user: Any) -> "GroupQuerySet":
        """Those that this person co-chairs today."""
        chairs = GroupMember.objects.chairs().filter(user=user.pk, group=OuterRef("pk"))
        return self.filter(Exists(chairs))

    def joined_by(self, user: Any) -> "GroupQuerySet":
        """Those of which this person is a member today."""
        return self.filter(Exists(GroupMember.objects.accepted().filter(user=user.pk, group=OuterRef("pk"))))

    def not_joined_by(self, user: Any) -> "GroupQuerySet":
        """Those that this person is not in, nor asked to join."""
        inside = GroupMember.objects.filter(state__in=(MembershipState.ACCEPTED, MembershipState.PENDING))
        return self.exclude(Exists(inside.filter(user=user.pk, group=OuterRef("pk"))))

    def starting_with(self, slug: str) -> "GroupQuerySet":
        """Those whose address begins so."""
        return self.filter(slug__startswith=slug)

    def naming(self, text: str) -> "GroupQuerySet":
        return self.filter(Q(name__unaccent__icontains=text) | Q(presentation__unaccent__icontains=text))

    def by_name(self) -> "GroupQuerySet":
        return self.order_by("name", "pk")

    def with_counts(self) -> "GroupQuerySet":
        """Adds `member_count`, its accepted members."""
        accepted = Q(members__state=MembershipState.ACCEPTED)
        return self.annotate(member_count=models.Count("members", filter=accepted))


class Group(models.Model):
    """A groupe pays or a groupe thématique."""

    kind = models.CharField(_("nature"), max_length=10, choices=GroupKind, default=GroupKind.COUNTRY)
    name = models.CharField(_("nom"), max_length=120)
    slug = models.SlugField(_("adresse de la page"), max_length=140, unique=True)
    summary = models.CharField(
        _("en une phrase"), max_length=250, blank=True, help_text=_("Ce que l’on lit dans la liste des groupes.")
    )
    presentation = models.TextField(_("présentation"), blank=True)
    country_codes = ArrayField(models.CharField(max_length=2), verbose_name=_("pays"), default=list, blank=True)
    theme_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("thèmes"), default=list, blank=True)
    join_policy = models.CharField(
        _("adhésion au groupe"), max_length=10, choices=JoinPolicy, default=JoinPolicy.REQUEST
    )
    is_published = models.BooleanField(_("visible par tous"), default=True)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("groupe")
        verbose_name_plural = _("groupes")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=GroupKind.COUNTRY) | ~Q(country_codes=[]),
                name="group_country_has_countries",
                violation_error_message=_("Un groupe pays porte sur un pays au moins."),
            ),
        ]
        indexes = [GinIndex(fields=["country_codes"]), GinIndex(fields=["theme_codes"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("group_detail", args=[self.slug])


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def accepted(self) -> "GroupMemberQuerySet":
        return self.filter(state=MembershipState.ACCEPTED)

    def pending(self) -> "GroupMemberQuerySet":
        """Who asked to join and waits for the co-chairs."""
        return self.filter(state=MembershipState.PENDING)

    def in_state(self, state: str) -> "GroupMemberQuerySet":
        return self.filter(state=state)

    def chairs(self) -> "GroupMemberQuerySet":
        return self.accepted().filter(role=MembershipRole.CHAIR)

    def of_group(self, group: Group) -> "GroupMemberQuerySet":
        return self.filter(group=group.pk)

    def of_user(self, user: Any) -> "GroupMemberQuerySet":
        return self.filter(user=user.pk)

    def of_actors(self) -> "GroupMemberQuerySet":
        return self.filter(actor__isnull=False)

    def alone(self) -> "GroupMemberQuerySet":
        """Actors that are members without a person."""
        return self.filter(user=None)

    def of_actor(self, actor: Actor) -> "GroupMemberQuerySet":
        return self.filter(actor=actor.pk)

    def twice_if_merged(self, kept: Actor, absorbed: Actor) -> list[int]:
        """The memberships of an actor that another has too, when the two fiches become one."""
        groups = GroupMember.objects.alone().of_actor(kept).values("group")
        return list(self.alone().of_actor(absorbed).filter(group__in=groups).values_list("pk", flat=True))

    def shown(self) -> "GroupMemberQuerySet":
        """Members whose name everybody may read: actors that are published, and people who agreed to it."""
        return self.accepted().filter(Q(is_listed=True) | Q(user=None, actor__is_published=True))

    def for_list(self) -> "GroupMemberQuerySet":
        """Chairs first, then by name."""
        rows = self.select_related("actor", "user")
        return rows.order_by("role", "actor__name_key", "user__last_name", "user__first_name", "pk")

    def waiting_since(self) -> dict[str, Any]:
        """How many ask to join, and since when the first does."""
        return self.pending().aggregate(count=models.Count("pk"), since=models.Min("asked_at"))


class GroupMember(models.Model):
    """A person in a group, for an actor or not; or an actor alone, when its people said so."""

    group = models.ForeignKey(Group, models.CASCADE, verbose_name=_("groupe"), related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("personne"),
        related_name="group_memberships",
        null=True,
        blank=True,
    )
    actor = models.ForeignKey(
        Actor,
        models.CASCADE,
        verbose_name=_("pour"),
        related_name="group_memberships",
        null=True,
        blank=True,
    )
    role = models.CharField(_("rôle"), max_length=20, choices=MembershipRole, default=MembershipRole.MEMBER)
    state = models.CharField(_("état"), max_length=10, choices=MembershipState, default=MembershipState.PENDING)
    message = models.TextField(_("message"), blank=True)
    is_listed = models.BooleanField(
        _("accepte que son nom soit lu par tous"),
        default=False,
        help_text=_("Sinon, seuls les membres du groupe et l’équipe le lisent."),
    )
    reason = models.TextField(_("raison du refus"), blank=True)
    asked_at = models.DateTimeField(_("demandée le"), auto_now_add=True)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.CharField(_("décidée par"), max_length=254, blank=True)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("membre d’un groupe")
        verbose_name_plural = _("membres des groupes")
        ordering = ["group", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(actor__isnull=False),
                name="group_member_is_somebody",
                violation_error_message=_("Un membre est une personne ou un acteur."),
            ),
            models.UniqueConstraint(
                fields=["group", "user"],
                condition=Q(user__isnull=False),
                name="group_member_once",
                violation_error_message=_("Cette personne est déjà dans le groupe."),
            ),
            models.UniqueConstraint(
                fields=["group", "actor"],
                condition=Q(user__isnull=True),
                name="group_member_actor_once",
                violation_error_message=_("Cet acteur est déjà dans le groupe."),
            ),
            models.CheckConstraint(
                condition=~Q(role=MembershipRole.CHAIR) | Q(user__isnull=False),
                name="group_member_chair_is_a_person",
                violation_error_message=_("La coprésidence est tenue par une personne qui a un compte."),
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.user, self.actor) if part)

    @property
    def is_accepted(self) -> bool:
        return self.state == MembershipState.ACCEPTED

    @property
    def is_chair(self) -> bool:
        return self.role == MembershipRole.CHAIR and self.state == MembershipState.ACCEPTED


class GroupActionQuerySet(models.QuerySet["GroupAction"]):
    def open(self) -> "GroupActionQuerySet":
        return self.filter(done_at__isnull=True)

    def late(self, today: date) -> "GroupActionQuerySet":
        """To be done before today, and not done."""
        return self.open().filter(due_on__lt=today)

    def soonest_first(self) -> "GroupActionQuerySet":
        """Those to do, by date; then those done, the latest first."""
        return self.order_by("done_at", models.F("due_on").asc(nulls_last=True), "pk")


class GroupAction(models.Model):
    """Something that a group decided to do: who does it, and until when."""

    group = models.ForeignKey(Group, models.CASCADE, verbose_name=_("groupe"), related_name="actions")
    event = models.ForeignKey(
        "events.Event",
        models.SET_NULL,
        verbose_name=_("décidée pendant"),
        related_name="actions",
        null=True,
        blank=True,
    )
    title = models.CharField(_("action"), max_length=250)
    owner = models.CharField(_("qui s’en charge"), max_length=150, blank=True)
    due_on = models.DateField(_("à faire avant le"), null=True, blank=True)
    done_at = models.DateTimeField(_("faite le"), null=True, blank=True)
    added_by = models.CharField(_("ajoutée par"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("ajoutée le"), auto_now_add=True)

    objects = GroupActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action d’un groupe")
        verbose_name_plural = _("actions des groupes")
        ordering = ["done_at", "due_on", "pk"]

    def __str__(self) -> str:
        return self.title
