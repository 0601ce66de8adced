"""Jumelage: a lasting link between actors, at least one of them a collectivité; its leading pair, and who else takes part."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear, Greatest, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enums import Carrier, JumelageKind, JumelageRole, Source, Vitality
from directory.vitality import Life

from .actor import Actor
from .expressions import SearchKey
from .jumelage_words import UNKNOWN, JumelageQuerySet
from .reference import with_history
from .sourced import Sourced

FIRST_YEAR, LAST_YEAR = 1900, 2100
MOST_THEMES = MOST_SDGS = 3
ALIVE = (Vitality.PLANNED, Vitality.ACTIVE)
YEARS = [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]

__all__ = ["UNKNOWN", "Jumelage", "JumelageActor", "JumelageQuerySet", "merged_into"]


@with_history(
    exclude=["slug", "search_document", "search_terms", "updated_at", "link_version"],
    meta={"verbose_name": _("changement de jumelage"), "verbose_name_plural": _("changements des jumelages")},
)
class Jumelage(Sourced):
    """A lasting link between a collectivité and a partner.

    Holds every field of the project sheet of the Atlas français de la coopération décentralisée; the embassy's
    correspondents are contacts of an embassy that takes part (`JumelageRole.EMBASSY`).
    """

    kind = models.CharField(_("type de lien"), max_length=20, choices=JumelageKind, default=JumelageKind.JUMELAGE)
    collectivite = models.ForeignKey(
        Actor, models.PROTECT, verbose_name=_("collectivité chef de file"), related_name="jumelages"
    )
    partner = models.ForeignKey(
        Actor, models.PROTECT, verbose_name=_("partenaire chef de file"), related_name="jumelages_as_partner"
    )
    actors: Any = models.ManyToManyField(
        Actor, through="JumelageActor", verbose_name=_("autres participants"), related_name="jumelages_beside"
    )
    title = models.CharField(_("titre"), max_length=250, blank=True)
    slug = models.SlugField(_("adresse de la page"), max_length=240, editable=False)

    # When
    year_signed = models.PositiveSmallIntegerField(_("année de signature"), null=True, blank=True, validators=YEARS)
    year_started = models.PositiveSmallIntegerField(_("année de début"), null=True, blank=True, validators=YEARS)
    ended_on = models.DateField(_("date de fin"), null=True, blank=True)
    agreement_ends_on = models.DateField(_("fin de la convention"), null=True, blank=True)
    agreement_renewal_on = models.DateField(_("renouvellement de la convention"), null=True, blank=True)
    legal_base = models.CharField(
        _("base juridique"), max_length=200, blank=True, help_text=_("Par exemple : article L.1115-1 du CGCT.")
    )

    # How alive
    vitality = models.CharField(_("vitalité"), max_length=20, choices=Vitality, blank=True)
    vitality_on = models.DateField(_("vitalité constatée le"), null=True, blank=True)
    last_action_on = models.DateField(_("date de la dernière action"), null=True, blank=True)
    last_action = models.CharField(_("dernière action"), max_length=300, blank=True)
    to_verify = models.BooleanField(_("à vérifier"), default=False)
    carrier = models.CharField(_("animé par"), max_length=20, choices=Carrier, blank=True)

    # What about
    theme_codes = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("thèmes"),
        default=list,
        blank=True,
        help_text=_("Trois au plus."),
    )
    other_themes = models.CharField(
        _("sous-thèmes et autres thèmes"), max_length=300, blank=True, help_text=_("En toutes lettres.")
    )
    sdgs = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(17)]),
        verbose_name=_("objectifs de développement durable"),
        default=list,
        blank=True,
        help_text=_("Trois au plus, de 1 à 17."),
    )
    objectives = models.TextField(_("objectifs"), blank=True)
    context = models.TextField(_("contexte"), blank=True)
    history = models.TextField(_("historique"), blank=True)
    atlas_reference = models.CharField(
        _("numéro dans l’Atlas"),
        max_length=40,
        blank=True,
        help_text=_("Le numéro de la fiche de l’Atlas français de la coopération décentralisée."),
    )

    successor = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("fusionné dans"), related_name="predecessors", null=True, blank=True
    )
    search_terms = models.TextField(_("mots de recherche"), blank=True, default="", editable=False)
    search_document = models.GeneratedField(
        expression=SearchVector(SearchKey(F("search_terms")), config="public.fr"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = JumelageQuerySet.as_manager()

    class Meta:
        verbose_name = _("jumelage")
        verbose_name_plural = _("jumelages et partenariats")
        ordering = ["pk"]
        permissions = [
            ("import_jumelage", _("Peut importer des jumelages")),
            ("export_jumelage", _("Peut exporter des jumelages")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(collectivite=F("partner")),
                name="jumelage_two_actors",
                violation_error_message=_("Un jumelage lie deux acteurs différents."),
            ),
            models.UniqueConstraint(
                Least("collectivite", "partner"),
                Greatest("collectivite", "partner"),
                "kind",
                "year_started",
                name="jumelage_once_per_pair",
                condition=Q(successor__isnull=True),  # one that was merged into another leaves its place
                nulls_distinct=False,
                violation_error_message=_(
                    "Ces deux acteurs ont déjà un lien de ce type, commencé la même année (ou sans année) : complétez-le"
                    " plutôt que d’en créer un autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in JumelageKind]),
                name="jumelage_kind_known",
                violation_error_message=_("Ce type de lien n’existe pas."),
            ),
            models.CheckConstraint(
                condition=Q(vitality__in=["", *(str(state) for state in Vitality)]),
                name="jumelage_vitality_known",
                violation_error_message=_("Cette vitalité n’existe pas."),
            ),
            models.CheckConstraint(
                condition=(Q(year_signed__isnull=True) | Q(year_signed__range=(FIRST_YEAR, LAST_YEAR)))
                & (Q(year_started__isnull=True) | Q(year_started__range=(FIRST_YEAR, LAST_YEAR))),
                name="jumelage_years_plausible",
                violation_error_message=_("Une année s’écrit avec quatre chiffres, à partir de 1900."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | (
                    (Q(year_started__isnull=True) | Q(year_started__lte=ExtractYear("ended_on")))
                    & (Q(year_signed__isnull=True) | Q(year_signed__lte=ExtractYear("ended_on")))
                ),
                name="jumelage_ends_after_start",
                violation_error_message=_("La fin ne peut pas précéder la signature ni le début."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(vitality=Vitality.ENDED.value),
                name="jumelage_with_end_is_ended",
                violation_error_message=_("Un jumelage qui a une date de fin est clos."),
            ),
            models.CheckConstraint(
                condition=Q(theme_codes__len__lte=MOST_THEMES),
                name="jumelage_three_themes",
                violation_error_message=_("Trois thèmes au plus."),
            ),
            models.CheckConstraint(
                condition=Q(sdgs__len__lte=MOST_SDGS) & Q(sdgs__contained_by=list(range(1, 18))),
                name="jumelage_three_sdgs",
                violation_error_message=_("Trois objectifs au plus, de 1 à 17."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | (Q(is_published=False) & ~Q(successor=F("id"))),
                name="jumelage_merged_is_hidden",
                violation_error_message=_("Seul un jumelage masqué est fusionné dans un autre."),
            ),
        ]
        indexes = [
            models.Index(fields=["collectivite", "id"], name="jumelage_by_collectivite"),
            models.Index(fields=["partner", "id"], name="jumelage_by_partner"),
            models.Index(F("last_action_on").desc(nulls_last=True), "id", name="jumelage_by_last_action"),
            models.Index(fields=["agreement_ends_on"], name="jumelage_agreement_end"),
            GinIndex(fields=["search_document"], name="jumelage_search_document", fastupdate=False),
            GinIndex(fields=["theme_codes"], name="jumelage_theme_codes", fastupdate=False),
            models.Index(fields=["id"], condition=Q(is_demo=True), name="jumelage_demo"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("jumelage_detail", args=[self.slug])

    @property
    def name(self) -> str:
        """« Limoges – Fürth »: the leading pair."""
        return f"{self.collectivite.name} – {self.partner.name}"

    @property
    def year(self) -> int | None:
        """The year that anniversaries count from: signed, else started."""
        return self.year_signed or self.year_started

    @property
    def life(self) -> Life:
        """What is known of how it lives, as `directory.vitality` judges it."""
        confirmed_on = timezone.localdate(self.verified_at) if self.verified_at else None
        return Life(self.last_action_on, self.year_signed, self.year_started, confirmed_on, self.is_ended)

    @property
    def is_ended(self) -> bool:
        return self.vitality == Vitality.ENDED

    @property
    def is_imported(self) -> bool:
        """Does it stand on a file alone, unconfirmed by anybody?"""
        return self.verified_at is None and self.provenance.get("*", {}).get("source") == Source.IMPORT


class JumelageActorQuerySet(models.QuerySet["JumelageActor"]):
    def shown(self) -> "JumelageActorQuerySet":
        """Those whose fiche is published."""
        return self.filter(actor__is_published=True)

    def in_order(self) -> "JumelageActorQuerySet":
        return self.select_related("actor").order_by("role", "actor__name_key", "pk")


class JumelageActor(models.Model):
    """Another actor that takes part in a jumelage, and as what."""

    jumelage = models.ForeignKey(Jumelage, models.CASCADE, verbose_name=_("jumelage"), related_name="participations")
    actor = models.ForeignKey(Actor, models.PROTECT, verbose_name=_("acteur"), related_name="participations")
    role = models.CharField(_("rôle"), max_length=20, choices=JumelageRole)

    objects = JumelageActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant d’un jumelage")
        verbose_name_plural = _("participants des jumelages")
        ordering = ["jumelage_id", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jumelage", "actor", "role"],
                name="jumelageactor_once",
                violation_error_message=_("Cet acteur a déjà ce rôle dans ce jumelage."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.get_role_display()}"


def merged_into(jumelage: Jumelage) -> Jumelage:
    """The jumelage that stands for this one today; a ring of mergers ends the walk."""
    seen: set[int] = set()
    while jumelage.successor is not None and jumelage.pk not in seen:
        seen.add(jumelage.pk)
        jumelage = jumelage.successor
    return jumelage
