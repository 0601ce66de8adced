"""Jumelage: a lasting link between actors, at least one of them a collectivité; its leading pair, and who else takes part."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import ExtractYear, Greatest, Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.enums import Carrier, JumelageKind, JumelageRole, Source, Vitality
from directory.search import SearchText

from .actor import Actor
from .cooperation import countries_of
from .expressions import SearchKey, SearchQueryText
from .reference import with_history
from .sourced import Sourced, SourcedQuerySet
from .text_search import CloseName

FIRST_YEAR, LAST_YEAR = 1900, 2100
MOST_THEMES = MOST_SDGS = 3
ALIVE = (Vitality.PLANNED, Vitality.ACTIVE)
YEARS = [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
CARD_FIELDS = (
    *("kind", "slug", "title", "year_signed", "year_started", "vitality", "to_verify", "last_action_on", "theme_codes"),
    *("verified_at", "is_demo", "collectivite", "partner", "provenance"),
    *(f"collectivite__{name}" for name in ("name", "slug", "nature", "legal_form", "latitude", "longitude")),
    *(f"partner__{name}" for name in ("name", "slug", "nature", "legal_form", "latitude", "longitude", "country")),
    "partner__country__name",
)


class JumelageQuerySet(SourcedQuerySet):
    # --- which jumelages ----------------------------------------------------------------------------------------------
    @staticmethod
    def published_q() -> Q:
        """A jumelage is published if staff hid neither it nor one of its leading pair."""
        return Q(is_published=True, collectivite__is_published=True, partner__is_published=True)

    def published(self) -> "JumelageQuerySet":
        return self.filter(self.published_q())

    def led_by(self, actor: Actor) -> "JumelageQuerySet":
        """Those whose leading collectivité is this one."""
        return self.filter(collectivite=actor.pk)

    def of_actor(self, actor: Actor) -> "JumelageQuerySet":
        """Those in which an actor takes part, in the leading pair or beside it."""
        beside = JumelageActor.objects.filter(jumelage=OuterRef("pk"), actor=actor.pk)
        return self.filter(Q(collectivite=actor.pk) | Q(partner=actor.pk) | Q(Exists(beside)))

    def in_pair_of(self, actor: int) -> "JumelageQuerySet":
        """Those of whose leading pair an actor is one side."""
        return self.filter(Q(collectivite=actor) | Q(partner=actor))

    def of_pair(self, one: int, other: int) -> "JumelageQuerySet":
        """Those between two actors, whichever leads."""
        return self.filter(Q(collectivite=one, partner=other) | Q(collectivite=other, partner=one))

    def standing(self) -> "JumelageQuerySet":
        """Not merged into another."""
        return self.filter(successor__isnull=True)

    def running(self) -> "JumelageQuerySet":
        """Not known to be over."""
        return self.exclude(vitality=Vitality.ENDED)

    def to_verify(self) -> "JumelageQuerySet":
        """Flagged: nobody has told of an action for long, or an import brought it."""
        return self.filter(to_verify=True)

    # --- filters, one word each ---------------------------------------------------------------------------------------
    @staticmethod
    def of_kinds_q(kinds: list[str]) -> Q:
        return Q(kind__in=kinds)

    def of_kinds(self, kinds: list[str]) -> "JumelageQuerySet":
        return self.filter(self.of_kinds_q(kinds))

    @staticmethod
    def with_vitality_q(states: list[str]) -> Q:
        """In one of these states; « inconnue » is the jumelage whose state nobody told."""
        return Q(vitality__in=["" if state == UNKNOWN else state for state in states])

    def with_vitality(self, states: list[str]) -> "JumelageQuerySet":
        return self.filter(self.with_vitality_q(states))

    @staticmethod
    def with_countries_q(codes: list[str]) -> Q:
        """Whose partner lies in one of these countries; « EUROPE » is all of Europe but France."""
        return Q(partner__country__in=countries_of(codes))

    def with_countries(self, codes: list[str]) -> "JumelageQuerySet":
        return self.filter(self.with_countries_q(codes))

    @staticmethod
    def with_themes_q(codes: list[str]) -> Q:
        return Q(theme_codes__overlap=codes)

    def with_themes(self, codes: list[str]) -> "JumelageQuerySet":
        return self.filter(self.with_themes_q(codes))

    @staticmethod
    def in_departements_q(codes: list[str]) -> Q:
        """Whose collectivité lies at least partly in one of these départements."""
        return Q(collectivite__departement_codes__overlap=codes)

    def in_departements(self, codes: list[str]) -> "JumelageQuerySet":
        return self.filter(self.in_departements_q(codes))

    @staticmethod
    def in_epci_q(sirens: list[str]) -> Q:
        """Whose collectivité is one of these intercommunalités, or belongs to one."""
        return Q(collectivite__in=Actor.objects.in_epci(sirens).values("pk"))

    def in_epci(self, sirens: list[str]) -> "JumelageQuerySet":
        return self.filter(self.in_epci_q(sirens))

    def answering(self, text: SearchText, close: list[CloseName]) -> "JumelageQuerySet":
        """Whose words (both names, country, title) hold those typed, or one of whose pair has nearly that name."""
        if not text:
            return self.none()
        near = [name.pk for name in close]
        words = Q(search_document=SearchQueryText(Value(text.words)))
        return self.filter(words | Q(collectivite__in=near) | Q(partner__in=near))

    # --- the clock ----------------------------------------------------------------------------------------------------
    def silent_since(self, day: date) -> "JumelageQuerySet":
        """Running, and with no action known on that day or later (a year signed that is as recent counts as one)."""
        recent = Q(last_action_on__gte=day) | Q(year_started__gt=day.year) | Q(year_signed__gt=day.year)
        confirmed = Q(verified_at__date__gte=day)
        return self.running().exclude(recent).exclude(confirmed)

    def agreement_ending(self, since: date, until: date) -> "JumelageQuerySet":
        """Running, and whose agreement ends between these days, both included."""
        return self.running().filter(agreement_ends_on__range=(since, until)).order_by("agreement_ends_on", "pk")

    def started_in(self, years: list[int]) -> "JumelageQuerySet":
        """Running, whose year (signed, else started) is one of these."""
        return self.running().filter(Q(year_signed__in=years) | Q(year_signed__isnull=True, year_started__in=years))

    # --- order and loading plans --------------------------------------------------------------------------------------
    def by_name(self) -> "JumelageQuerySet":
        return self.order_by("collectivite__name_key", "partner__name_key", "pk")

    def by_year(self) -> "JumelageQuerySet":
        """The oldest first; those without a year last."""
        return self.order_by(F("year_signed").asc(nulls_last=True), F("year_started").asc(nulls_last=True), "pk")

    def by_last_action(self) -> "JumelageQuerySet":
        return self.order_by(F("last_action_on").desc(nulls_last=True), "pk")

    def by_size(self) -> "JumelageQuerySet":
        """Those of the most populated collectivités first."""
        return self.order_by(F("collectivite__population").desc(nulls_last=True), "collectivite_id", "pk")

    def for_card(self) -> "JumelageQuerySet":
        """What a card shows, in one query."""
        return self.select_related("collectivite", "partner__country").only(*CARD_FIELDS)

    def for_page(self) -> "JumelageQuerySet":
        """What the page of a jumelage shows of itself, in one query."""
        return self.select_related(
            "collectivite__departement", "collectivite__epci", "partner__country", "successor"
        ).defer(*(f"{side}__{name}" for side in ("collectivite", "partner") for name in HEAVY))

    def for_export(self) -> "JumelageQuerySet":
        return self.select_related("collectivite__departement", "partner__country").defer(
            "search_document", *(f"{side}__{name}" for side in ("collectivite", "partner") for name in HEAVY)
        )


UNKNOWN = "inconnue"
HEAVY = ("search_document", "search_terms", "partner_terms", "former_keys")


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
    def is_ended(self) -> bool:
        return self.vitality == Vitality.ENDED

    @property
    def is_imported(self) -> bool:
        """Does it stand on a file alone, unconfirmed by anybody?"""
        return self.verified_at is None and self.provenance.get("*", {}).get("source") == Source.IMPORT


class JumelageActorQuerySet(models.QuerySet["JumelageActor"]):
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
