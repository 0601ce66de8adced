"""Groups: those who work on the same country or the same theme, their members and what they decided."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from directory.models.cooperation import codes_array, countries_of
from directory.models.expressions import SearchKey, SearchQueryText
from directory.search import SearchText
from events.enums import GroupKind, JoinPolicy, MembershipRole, MembershipState

WORDS = SearchVector(SearchKey(F("name")), SearchKey(F("summary")), SearchKey(F("presentation")), config="public.fr")
# What a list of members shows of an actor leaves out what only searches read.
_HEAVY = [f"actor__{name}" for name in ("search_document", "search_terms", "partner_terms", "former_keys")]


class GroupQuerySet(models.QuerySet["Group"]):
    def published(self) -> "GroupQuerySet":
        """Groups that everybody may read about."""
        return self.filter(is_published=True)

    def real(self) -> "GroupQuerySet":
        return self.filter(is_demo=False)

    def demo(self) -> "GroupQuerySet":
        """Fictitious ones of the demonstration."""
        return self.filter(is_demo=True)

    def visible_to(self, user: Any, *, sees_all: bool = False) -> "GroupQuerySet":
        """What everybody may read, and the groups that this person belongs to. `sees_all`: a member of staff."""
        if sees_all:
            return self
        if not user.is_authenticated:
            return self.published()
        mine = GroupMember.objects.accepted().filter(user=user.pk, group=OuterRef("pk"))
        return self.filter(Q(is_published=True) | Q(Exists(mine)))

    def at_address(self, slug: str) -> "GroupQuerySet":
        """The one whose page has this address, or none."""
        return self.filter(slug=slug)

    @staticmethod
    def of_kinds_q(kinds: list[str]) -> Q:
        return Q(kind__in=kinds)

    def of_kinds(self, kinds: list[str]) -> "GroupQuerySet":
        return self.filter(self.of_kinds_q(kinds))

    @staticmethod
    def with_countries_q(codes: list[str]) -> Q:
        """About one of these countries; « europe » stands for all of its own."""
        return Q(country_codes__overlap=codes_array(countries_of(codes), 2))

    def with_countries(self, codes: list[str]) -> "GroupQuerySet":
        return self.filter(self.with_countries_q(codes))

    @staticmethod
    def with_themes_q(codes: list[str]) -> Q:
        return Q(theme_codes__overlap=codes_array(codes, 40))

    def with_themes(self, codes: list[str]) -> "GroupQuerySet":
        return self.filter(self.with_themes_q(codes))

    def suiting(self, countries: list[str], themes: list[str]) -> "GroupQuerySet":
        """About one of these countries, or, for those about no country, one of these themes."""
        return self.filter(self.with_countries_q(countries) | Q(country_codes=[]) & self.with_themes_q(themes))

    def never_asked_by(self, user: Any) -> "GroupQuerySet":
        """Those that this person never joined nor asked to join: a departure and a refusal are not asked about again."""
        return self.exclude(Exists(GroupMember.objects.filter(user=user.pk, group=OuterRef("pk"))))

    def with_member_actor(self, actor: Actor) -> "GroupQuerySet":
        """Those of which this actor is a member, by itself or by somebody who joined for it."""
        return self.filter(Exists(GroupMember.objects.accepted().filter(actor=actor.pk, group=OuterRef("pk"))))

    def answering(self, text: SearchText, close: Any = ()) -> "GroupQuerySet":
        """Whose name, summary or presentation hold the words typed."""
        if not text:
            return self.none()
        return self.alias(words=WORDS).filter(words=SearchQueryText(Value(text.words)))

    def chaired_by(self, user: Any) -> "GroupQuerySet":
        """Those that this person co-chairs today."""
        chairs = GroupMember.objects.chairs().filter(user=user.pk, group=OuterRef("pk"))
        return self.filter(Exists(chairs))

    def joined_by(self, user: Any) -> "GroupQuerySet":
        """Those of which this person is a member today."""
        return self.filter(Exists(GroupMember.objects.accepted().filter(user=user.pk, group=OuterRef("pk"))))

    def by_name(self) -> "GroupQuerySet":
        return self.order_by("name", "pk")

    def with_counts(self) -> "GroupQuerySet":
        """Adds `member_count`, its accepted members."""
        return self.annotate(member_count=_counted(GroupMember.objects.accepted()))

    def with_next_meeting(self, now: datetime) -> "GroupQuerySet":
        """Adds `next_meeting_at`, when its next meeting that everybody may read about begins; None without one."""
        from .event import Event  # it points to groups

        coming = Event.objects.listed().published().upcoming(now).filter(group=OuterRef("pk")).soonest_first()
        return self.annotate(next_meeting_at=Subquery(coming.values("starts_at")[:1]))

    def with_work(self, today: date) -> "GroupQuerySet":
        """Adds what its people have to do: `pending_count`, `chair_count`, `late_count`."""
        return self.annotate(
            pending_count=_counted(GroupMember.objects.pending()),
            chair_count=_counted(GroupMember.objects.chairs()),
            late_count=_counted(GroupAction.objects.late(today)),
        )

    def with_pending(self) -> "GroupQuerySet":
        """Where somebody waits; needs `with_work`."""
        return self.filter(pending_count__gt=0)

    def with_late_actions(self) -> "GroupQuerySet":
        return self.filter(late_count__gt=0)

    def without_chair(self) -> "GroupQuerySet":
        return self.filter(chair_count=0)

    def by_next_meeting(self) -> "GroupQuerySet":
        """Those that meet soonest first; needs `with_next_meeting`."""
        return self.order_by(F("next_meeting_at").asc(nulls_last=True), "name", "pk")

    def by_work(self) -> "GroupQuerySet":
        """Those where somebody waits first; needs `with_work`."""
        return self.order_by("-pending_count", "-late_count", "name", "pk")

    def for_card(self, now: datetime) -> "GroupQuerySet":
        """What a list shows of each, in one query."""
        return self.with_counts().with_next_meeting(now)


def _counted(rows: Any) -> Subquery:
    """How many of these rows a group has: apart for each, so that two counts do not multiply one another."""
    of_group = rows.filter(group=OuterRef("pk")).order_by().values("group")
    counted = of_group.annotate(total=models.Count("pk")).values("total")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)  # type: ignore[return-value]


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

    def of_people(self) -> "GroupMemberQuerySet":
        """Those with somebody to write to."""
        return self.filter(user__isnull=False, user__is_active=True)

    def of_actor(self, actor: Actor | int) -> "GroupMemberQuerySet":
        return self.filter(actor=actor)

    def other_than(self, member: "GroupMember") -> "GroupMemberQuerySet":
        return self.exclude(pk=member.pk)

    def chaired_by(self, user: Any) -> "GroupMemberQuerySet":
        """In the groups that this person co-chairs today."""
        chairs = GroupMember.objects.chairs().filter(user=user.pk, group=OuterRef("group"))
        return self.filter(Exists(chairs))

    def over_before(self, moment: datetime) -> "GroupMemberQuerySet":
        """Refused or gone before that moment."""
        return self.filter(state__in=[MembershipState.REFUSED, MembershipState.LEFT], decided_at__lt=moment)

    def in_states(self, states: list[Any]) -> "GroupMemberQuerySet":
        return self.filter(state__in=states)

    def oldest_first(self) -> "GroupMemberQuerySet":
        return self.order_by("asked_at", "pk")

    def newest_first(self) -> "GroupMemberQuerySet":
        return self.order_by("-asked_at", "-pk")

    def of_actors(self) -> "GroupMemberQuerySet":
        return self.filter(actor__isnull=False)

    def of_actors_alone(self) -> "GroupMemberQuerySet":
        """Actors that are members by themselves, without a person."""
        return self.filter(user__isnull=True)

    def for_list(self) -> "GroupMemberQuerySet":
        """Chairs first, then by name."""
        rows = self.select_related("actor", "user").defer(*_HEAVY)
        return rows.order_by("role", "actor__name_key", "user__last_name", "user__first_name", "pk")

    def standing(self) -> "GroupMemberQuerySet":
        """Asked for or accepted: neither refused nor over."""
        return self.filter(state__in=[MembershipState.PENDING, MembershipState.ACCEPTED])

    def with_group(self) -> "GroupMemberQuerySet":
        return self.select_related("group")

    def by_group(self) -> "GroupMemberQuerySet":
        return self.order_by("group__name", "pk")

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
    def is_pending(self) -> bool:
        return self.state == MembershipState.PENDING

    @property
    def is_chair(self) -> bool:
        return self.role == MembershipRole.CHAIR and self.state == MembershipState.ACCEPTED


class GroupActionQuerySet(models.QuerySet["GroupAction"]):
    def open(self) -> "GroupActionQuerySet":
        return self.filter(done_at__isnull=True)

    def done(self) -> "GroupActionQuerySet":
        return self.filter(done_at__isnull=False)

    def late(self, today: date) -> "GroupActionQuerySet":
        """To be done before today, and not done."""
        return self.open().filter(due_on__lt=today)

    def of_group(self, group: Group) -> "GroupActionQuerySet":
        return self.filter(group=group.pk)

    def with_visibility(self, meetings: Any) -> "GroupActionQuerySet":
        """Adds `hides_meeting`: is its meeting none of these, that the reader may know of?"""
        seen = meetings.order_by().filter(pk=OuterRef("event"))
        return self.annotate(hides_meeting=~Exists(seen))

    def same_as(self, title: str, owner: str, due_on: date | None) -> "GroupActionQuerySet":
        return self.filter(title=title, owner=owner, due_on=due_on)

    def late_since(self, today: date) -> dict[str, Any]:
        """How many are late, and the earliest date that one should have been done by."""
        return self.late(today).aggregate(count=models.Count("pk"), first=models.Min("due_on"))

    def soonest_first(self) -> "GroupActionQuerySet":
        """Those to do, by date; then those done, the latest first."""
        done = F("done_at").desc(nulls_first=True)
        return self.order_by(done, F("due_on").asc(nulls_last=True), "pk")


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

    def is_late_on(self, today: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < today
