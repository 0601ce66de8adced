"""« Recherche de partenaires »: what a collectivité or a foreign authority offers or looks for, published once read."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.enums import IdentityTag, PopulationBand, SearchKind, SearchState

from .actor import Actor
from .cooperation import countries_of


class PartnerSearchQuerySet(models.QuerySet["PartnerSearch"]):
    def open(self, today: date) -> "PartnerSearchQuerySet":
        """Published, and not past its last day."""
        return self.filter(state=SearchState.PUBLISHED, actor__is_published=True).filter(
            Q(deadline__isnull=True) | Q(deadline__gte=today)
        )

    def pending(self) -> "PartnerSearchQuerySet":
        return self.filter(state=SearchState.PENDING)

    def past(self, today: date) -> "PartnerSearchQuerySet":
        """Published still, although its last day is over."""
        return self.filter(state=SearchState.PUBLISHED, deadline__lt=today)

    def made_by(self, user: models.Model) -> "PartnerSearchQuerySet":
        return self.filter(by_user=user.pk)

    def of_kinds(self, kinds: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(kind__in=kinds)

    def with_countries(self, codes: list[str]) -> "PartnerSearchQuerySet":
        """That want one of these countries (or any), or whose author lies there."""
        countries = countries_of(codes)
        wanted = Q(country_codes__overlap=countries) | Q(country_codes=[], actor__country="FR")
        return self.filter(wanted | Q(actor__country__in=[code for code in countries if code != "FR"]))

    def with_themes(self, codes: list[str]) -> "PartnerSearchQuerySet":
        return self.filter(theme_codes__overlap=codes)

    def newest_first(self) -> "PartnerSearchQuerySet":
        return self.order_by("-created_at", "-pk")

    def for_card(self) -> "PartnerSearchQuerySet":
        return self.select_related("actor__country", "actor__departement")

    def waiting_since(self) -> dict[str, Any]:
        """How many wait to be read, and since when the oldest does."""
        return self.pending().aggregate(count=models.Count("pk"), since=models.Min("created_at"))


class PartnerSearch(models.Model):
    """An offer of partnership, or a request for one."""

    kind = models.CharField(_("objet"), max_length=20, choices=SearchKind, default=SearchKind.REQUEST)
    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("qui cherche"), related_name="partner_searches")
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
        models.CharField(max_length=2),
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
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("déposée le"), auto_now_add=True)
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
        ]
        indexes = [models.Index(fields=["state", "deadline"], name="partnersearch_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partner_search_detail", args=[self.slug])

    @property
    def is_pending(self) -> bool:
        return self.state == SearchState.PENDING
