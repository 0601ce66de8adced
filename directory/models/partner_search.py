"""« Recherche de partenaires »: what a collectivité or a foreign authority offers or looks for, published once read."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.enums import IdentityTag, Language, PopulationBand, SearchKind, SearchState
from directory.search import SearchText

from .actor import Actor
from .attachments import Attachment
from .cooperation import codes_array, countries_of
from .expressions import SearchKey, SearchQueryText
from .text_search import CloseName

HEAVY = tuple(f"actor__{name}" for name in ("search_document", "search_terms", "partner_terms", "former_keys"))
WORDS = SearchVector(
    SearchKey(F("title")), SearchKey(F("description")), SearchKey(F("actor__name")), config="public.fr"
)


def _said(name: str, codes: list[str], length: int) -> Q:
    return Q(**{f"{name}__overlap": codes_array(codes, length)}) if codes else Q(pk__in=[])


class PartnerSearchQuerySet(models.QuerySet["PartnerSearch"]):
    # --- which announcements ------------------------------------------------------------------------------------------
    def open(self, today: date) -> "PartnerSearchQuerySet":
        """Published, of an actor that is, and not past its last day."""
        return self.filter(state=SearchState.PUBLISHED, actor__is_published=True).filter(
            Q(deadline__isnull=True) | Q(deadline__gte=today)
        )

    def pending(self) -> "PartnerSearchQuerySet":
        """Waiting to be read: its author's address is known to be theirs."""
        return self.filter(state=SearchState.PENDING, confirmed_at__isnull=False)

    def unconfirmed(self) -> "PartnerSearchQuerySet":
        """Sent from an address that nobody has shown to be theirs yet."""
        return self.filter(confirmed_at__isnull=True)

    def past(self, today: date) -> "PartnerSearchQuerySet":
        """Published still, although its last day is over."""
        return self.filter(state=SearchState.PUBLISHED, deadline__lt=today)

    def ending(self, since: date, until: date) -> "PartnerSearchQuerySet":
        """Published, and whose last day is between these two, both included."""
        return self.filter(state=SearchState.PUBLISHED, deadline__range=(since, until)).order_by("pk")

    def over_since(self, moment: datetime) -> "PartnerSearchQuerySet":
        """Closed or refused before that moment."""
        return self.filter(state__in=[SearchState.CLOSED, SearchState.REFUSED], decided_at__lt=moment)

    def signed(self) -> "PartnerSearchQuerySet":
        """That still say which person wrote them."""
        return self.exclude(by_user=None, by_email="")

    def real(self) -> "PartnerSearchQuerySet":
        return self.filter(is_demo=False)

    def demo(self) -> "PartnerSearchQuerySet":
        """Fictitious ones of the demonstration."""
        return self.filter(is_demo=True)

    def of_actor(self, actor: Actor) -> "PartnerSearchQuerySet":
        return self.filter(actor=actor.pk)

    def made_by(self, user: Any) -> "PartnerSearchQuerySet":
        return self.filter(by_user=user.pk)

    def concerning(self, user: Any) -> "PartnerSearchQuerySet":
        """Written from this person's account or one of their addresses."""
        return self.filter(Q(by_user=user.pk) | Q(by_email__in=user.every_address()))

    def managed_by(self, user: Any) -> "PartnerSearchQuerySet":
        """Of the actors that this person represents today."""
        theirs = Attachment.objects.accepted().of_user(user).filter(actor=OuterRef("actor"))
        return self.filter(Exists(theirs))

    def shown_to_all(self) -> "PartnerSearchQuerySet":
        """Published, or closed after it was: its page says so, lists do not."""
        was_shown = Q(state=SearchState.PUBLISHED) | Q(state=SearchState.CLOSED, published_at__isnull=False)
        return self.filter(was_shown, actor__is_published=True)

    def visible_to(self, user: Any, *, sees_all: bool = False) -> "PartnerSearchQuerySet":
        """What everybody may read, and what this person's actors have sent. `sees_all`: a reader of the team."""
        if sees_all:
            return self
        if not user.is_authenticated:
            return self.shown_to_all()
        mine = self.managed_by(user).order_by().values("pk")
        return self.filter(Q(pk__in=self.shown_to_all().order_by().values("pk")) | Q(pk__in=mine))

    # --- filters, one word each ---------------------------------------------------------------------------------------
    @staticmethod
    def of_kinds_q(kinds: list[str]) -> Q:
        return Q(kind__in=kinds)

    def of_kinds(self, kinds: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(self.of_kinds_q(kinds))

    @staticmethod
    def with_countries_q(codes: list[str]) -> Q:
        """That want one of these countries (or any), or whose author lies there."""
        countries = countries_of(codes)
        wanted = Q(country_codes__overlap=codes_array(countries, 2)) | Q(country_codes=[], actor__country="FR")
        return wanted | Q(actor__country__in=[code for code in countries if code != "FR"])

    def with_countries(self, codes: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(self.with_countries_q(codes))

    @staticmethod
    def with_themes_q(codes: list[str]) -> Q:
        return Q(theme_codes__overlap=codes_array(codes, 40))

    def with_themes(self, codes: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(self.with_themes_q(codes))

    @staticmethod
    def with_sizes_q(bands: list[str]) -> Q:
        """That look for a partner of one of these sizes, or of any."""
        return Q(population_bands__overlap=codes_array(bands, 20)) | Q(population_bands=[])

    def with_sizes(self, bands: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(self.with_sizes_q(bands))

    @staticmethod
    def with_identity_q(tags: list[str]) -> Q:
        return Q(identity_tags__overlap=codes_array(tags, 20))

    def with_identity(self, tags: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(self.with_identity_q(tags))

    @staticmethod
    def with_languages_q(codes: list[str]) -> Q:
        return Q(languages__overlap=codes_array(codes, 2))

    def with_languages(self, codes: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(self.with_languages_q(codes))

    def answering(self, text: SearchText, close: list[CloseName]) -> "PartnerSearchQuerySet":
        """Whose title, words or author's name hold the words typed, or whose author has nearly that name."""
        if not text:
            return self.none()
        found = self.alias(words=WORDS)
        return found.filter(Q(words=SearchQueryText(Value(text.words))) | Q(actor__in=[name.pk for name in close]))

    def in_states(self, states: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(state__in=states)

    def naming(self, text: str) -> "PartnerSearchQuerySet":
        """Whose title, author or author's address holds this text."""
        names = Q(title__unaccent__icontains=text) | Q(actor__name__unaccent__icontains=text)
        return self.filter(names | Q(authority_name__unaccent__icontains=text) | Q(by_email__icontains=text))

    # --- matches ------------------------------------------------------------------------------------------------------
    def meeting(self, search: "PartnerSearch") -> "PartnerSearchQuerySet":
        """Those that may meet `search`: of somebody else, not both offers, each in a country that the other takes."""
        here, actor = search.actor.country_id, search.actor
        them = Q(country_codes__contains=codes_array([here], 2)) | (Q(country_codes=[]) & ~Q(actor__country=here))
        us = Q(actor__country__in=search.country_codes) if search.country_codes else ~Q(actor__country=here)
        both_offer = Q(kind=SearchKind.OFFER) if search.kind == SearchKind.OFFER else Q(pk__in=[])
        return self.exclude(actor=actor.pk).filter(them, us).exclude(both_offer)

    def by_common_ground(self, search: "PartnerSearch") -> "PartnerSearchQuerySet":
        """Those that share the most kinds of things with `search` first."""
        shared = (
            _said("theme_codes", search.theme_codes, 40),
            _said("identity_tags", search.identity_tags, 20),
            _said("languages", search.languages, 2),
        )
        common: Any = sum(
            (Case(When(said, then=1), default=0, output_field=IntegerField()) for said in shared), Value(0)
        )
        return self.alias(common=common).order_by("-common", "-published_at", "-pk")

    def published_since(self, moment: datetime) -> "PartnerSearchQuerySet":
        return self.filter(published_at__gt=moment)

    # --- order and loading plans --------------------------------------------------------------------------------------
    def newest_first(self) -> "PartnerSearchQuerySet":
        return self.order_by("-created_at", "-pk")

    def latest_published(self) -> "PartnerSearchQuerySet":
        return self.order_by(F("published_at").desc(nulls_last=True), "-pk")

    def by_deadline(self) -> "PartnerSearchQuerySet":
        """Those that end first, first; those without an end last."""
        return self.order_by(F("deadline").asc(nulls_last=True), "-pk")

    def oldest_first(self) -> "PartnerSearchQuerySet":
        return self.order_by("created_at", "pk")

    def for_card(self) -> "PartnerSearchQuerySet":
        return self.select_related("actor__country", "actor__departement").defer(*HEAVY)

    def for_page(self) -> "PartnerSearchQuerySet":
        return self.for_card().select_related("by_user")

    def latest_publication(self) -> datetime | None:
        """When the last of them was published: a change is published anew."""
        latest: datetime | None = self.aggregate(latest=models.Max("published_at"))["latest"]
        return latest

    def waiting_since(self) -> dict[str, Any]:
        """How many wait to be read, and since when the oldest does."""
        return self.pending().aggregate(count=models.Count("pk"), since=models.Min("created_at"))


class PartnerSearch(models.Model):
    """An offer of partnership, or a request for one.

    `actor` is None as long as staff has not said which fiche is that of an authority that wrote without an account; then
    `authority_name` and `authority_country` say who it is.
    """

    kind = models.CharField(_("objet"), max_length=20, choices=SearchKind, default=SearchKind.REQUEST)
    actor = models.ForeignKey(
        Actor, models.CASCADE, verbose_name=_("qui cherche"), related_name="partner_searches", null=True, blank=True
    )
    authority_name = models.CharField(_("nom de la collectivité étrangère"), max_length=200, blank=True)
    authority_country = models.CharField(_("pays de la collectivité étrangère"), max_length=2, blank=True)
    title = models.CharField(_("titre"), max_length=150)
    slug = models.SlugField(_("adresse de la page"), max_length=240, editable=False)
    description = models.TextField(_("présentation"))
    country_codes = ArrayField(
        models.CharField(max_length=2), verbose_name=_("pays souhaités"), default=list, blank=True
    )
    theme_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("thèmes"), default=list, blank=True)
    population_bands = ArrayField(
        models.CharField(max_length=20, choices=PopulationBand),
        verbose_name=_("taille souhaitée"),
        default=list,
        blank=True,
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language),
        verbose_name=_("langues de travail"),
        default=list,
        blank=True,
    )
    identity_tags = ArrayField(
        models.CharField(max_length=20, choices=IdentityTag),
        verbose_name=_("identité du territoire"),
        default=list,
        blank=True,
    )
    deadline = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=20, choices=SearchState, default=SearchState.PENDING)
    reason = models.TextField(_("raison"), blank=True)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("compte de l’auteur"),
        related_name="partner_searches",
        null=True,
        blank=True,
    )
    by_email = models.EmailField(_("adresse de l’auteur"), blank=True)
    confirmed_at = models.DateTimeField(
        _("adresse confirmée le"),
        null=True,
        blank=True,
        help_text=_("Quand il a été sûr que l’annonce vient de l’adresse donnée."),
    )
    link_version = models.PositiveSmallIntegerField(_("version des liens signés"), default=1, editable=False)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("déposée le"), auto_now_add=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    matches_told_at = models.DateTimeField(_("correspondances annoncées le"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.CharField(_("décidée par"), max_length=254, blank=True)

    objects = PartnerSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("recherche de partenaire")
        verbose_name_plural = _("recherches de partenaires")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=SearchState.PENDING.value) ^ Q(decided_at__isnull=False),
                name="partnersearch_decided_has_date",
                violation_error_message=_("Une annonce décidée a une date de décision."),
            ),
            models.CheckConstraint(
                condition=Q(theme_codes__len__lte=3),
                name="partnersearch_three_themes",
                violation_error_message=_("Trois thèmes au plus."),
            ),
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | (~Q(authority_name="") & ~Q(authority_country="")),
                name="partnersearch_says_who",
                violation_error_message=_("Une annonce dit qui cherche\u00a0: une fiche, ou un nom et un pays."),
            ),
            models.CheckConstraint(
                condition=~Q(state=SearchState.PUBLISHED.value)
                | Q(actor__isnull=False, published_at__isnull=False, confirmed_at__isnull=False),
                name="partnersearch_published_has_fiche",
                violation_error_message=_("Une annonce publiée est celle d’une fiche, et son adresse est confirmée."),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "deadline"], name="partnersearch_state"),
            GinIndex(fields=["country_codes"], name="partnersearch_countries", fastupdate=False),
            GinIndex(fields=["theme_codes"], name="partnersearch_themes", fastupdate=False),
            GinIndex(fields=["identity_tags"], name="partnersearch_identity", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partner_search_detail", args=[self.slug])

    @property
    def is_pending(self) -> bool:
        return self.state == SearchState.PENDING

    @property
    def is_published(self) -> bool:
        return self.state == SearchState.PUBLISHED

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def who(self) -> str:
        """The name of whoever looks for a partner."""
        return self.actor.name if self.actor else self.authority_name

    @property
    def author_email(self) -> str:
        """Where its author is written to; « » if nobody is known any more."""
        if self.by_user:
            return self.by_user.email if self.by_user.is_active else ""
        return self.by_email

    def is_open_on(self, today: date) -> bool:
        """Published, and not past its last day."""
        return self.is_published and (self.deadline is None or self.deadline >= today)

    def ends_soon_on(self, today: date) -> bool:
        """Within two weeks."""
        return bool(self.is_open_on(today) and self.deadline and self.deadline - today <= timedelta(days=14))
