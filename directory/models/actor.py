"""Actor: anything with a page in the répertoire. One table; Collectivite and Partner are its two proxies.

One table because multi-table inheritance allows neither bulk_create nor a generated column over a child's field; what each
nature owes is a CHECK constraint instead.
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import (
    SearchVector,
    SearchVectorField,
)
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.enums import (
    COLLECTIVITE_NATURES,
    NEVER_MET,
    PARTNER_NATURES,
    ContactState,
    IdentityTag,
    LegalForm,
    Nature,
    PopulationBand,
)
from directory.geography import bounding_box
from directory.registers import validate_siret

from .campaign_words import CampaignQuerySet
from .cooperation import CooperationQuerySet
from .expressions import BareKey, InBox, SearchKey, SearchKeys, kilometres_from
from .reaching import ReachingQuerySet
from .reference import Country, with_history
from .rules import CONSTRAINTS, INDEXES
from .sourced import Sourced
from .text_search import TextSearchQuerySet

EXPORT_FIELDS = (
    *(
        "nature",
        "code",
        "name",
        "slug",
        "siren",
        "postal_codes",
        "population",
        "latitude",
        "longitude",
        "address",
        "email",
    ),
    *(
        "phone",
        "website",
        "verified_at",
        "is_demo",
        "departement__code",
        "departement__name",
        "epci__code",
        "epci__name",
        "country__name",
    ),
)
CARD_FIELDS = (
    *("name", "slug", "nature", "legal_form", "population", "member_count", "postal_codes", "former_names"),
    *("verified_at", "is_demo", "country", "jumelage_count", "cooperation_countries"),
)


class ActorQuerySet(CooperationQuerySet, ReachingQuerySet, CampaignQuerySet, TextSearchQuerySet):
    # --- which actors ------------------------------------------------------------------------------------------------
    @staticmethod
    def published_q() -> Q:
        """An actor is published if staff did not hide it and it still exists (no end date)."""
        return Q(is_published=True, valid_until__isnull=True)

    def published(self) -> "ActorQuerySet":
        return self.filter(self.published_q())

    def existing(self) -> "ActorQuerySet":
        return self.filter(valid_until__isnull=True)

    def open_data(self) -> "ActorQuerySet":
        """Those given away as open data: published, and not fictitious."""
        return self.published().real()

    def closed(self) -> "ActorQuerySet":
        """Actors that no longer exist, absorbed or dissolved."""
        return self.filter(valid_until__isnull=False)

    def collectivites(self) -> "ActorQuerySet":
        return self.filter(nature__in=COLLECTIVITE_NATURES)

    def partners(self) -> "ActorQuerySet":
        return self.filter(nature__in=PARTNER_NATURES)

    def counted_by_nature(self) -> dict[str, int]:
        """How many of each nature."""
        return dict(self.order_by().values_list("nature").annotate(count=models.Count("pk")))

    def inhabitants(self) -> int:
        """The people of the communes among these actors."""
        return self.filter(nature=Nature.COMMUNE).aggregate(people=models.Sum("population"))["people"] or 0

    def with_slug(self, slug: str) -> "Actor | None":
        return self.filter(slug=slug).first()

    def at_address(self, slug: str) -> "ActorQuerySet":
        """The one whose page has this address, or none."""
        return self.filter(slug=slug)

    def mentioning_domain(self, domain: str) -> "ActorQuerySet":
        """Those whose public address or site holds this text: wider than « has this domain », which `domains` decides."""
        return self.filter(Q(email__icontains=domain) | Q(website__icontains=domain)).order_by("pk")

    def with_code(self, code: str) -> "ActorQuerySet":
        """Those of this code, whatever its case (an INSEE code may hold a letter)."""
        return self.filter(code__in={code, code.upper()}).order_by("pk")

    def region(self, code: str) -> "Actor | None":
        """The région of this code, if it is loaded."""
        return self.filter(nature=Nature.REGION, code=code).first()

    def at_the_place_of(self, actor: "Actor") -> "ActorQuerySet":
        """Those at exactly the same point of the map: a town hall often shares it with its EPCI and its associations."""
        return self.filter(latitude=actor.latitude, longitude=actor.longitude)

    @staticmethod
    def of_nature_q(natures: list[str]) -> Q:
        return Q(nature__in=natures)

    def of_nature(self, natures: list[str]) -> "ActorQuerySet":
        return self.filter(self.of_nature_q(natures))

    @staticmethod
    def in_departements_q(codes: list[str]) -> Q:
        """Lies at least partly in one of these départements (an intercommunalité may straddle two)."""
        return Q(departement_codes__overlap=codes)

    def in_departements(self, codes: list[str]) -> "ActorQuerySet":
        return self.filter(self.in_departements_q(codes))

    @staticmethod
    def in_epci_q(sirens: list[str]) -> Q:
        """Is one of these intercommunalités, or belongs to one."""
        wanted = Actor.objects.filter(nature=Nature.EPCI, code__in=sirens).values("pk")
        return Q(epci__in=wanted) | Q(pk__in=wanted)

    def in_epci(self, sirens: list[str]) -> "ActorQuerySet":
        return self.filter(self.in_epci_q(sirens))

    @staticmethod
    def in_population_bands_q(bands: list[str]) -> Q:
        """Has a municipal population within one of these bands."""
        condition = Q()
        for band in bands:
            low, high = PopulationBand(band).bounds
            condition |= Q(population__gte=low) & (Q(population__lt=high) if high else Q())
        return condition

    def in_population_bands(self, bands: list[str]) -> "ActorQuerySet":
        return self.filter(self.in_population_bands_q(bands))

    def members_of(self, actor: "Actor") -> "ActorQuerySet":
        """What an actor is made of: the communes of an EPCI or a département, the départements of a région."""
        if actor.nature == Nature.EPCI:
            return self.filter(epci=actor, nature=Nature.COMMUNE)
        if actor.nature == Nature.DEPARTEMENT:
            return self.filter(departement=actor, nature=Nature.COMMUNE)
        if actor.nature == Nature.REGION:
            return self.filter(region=actor, nature=Nature.DEPARTEMENT)
        return self.none()

    def siblings_of(self, actor: "Actor") -> "ActorQuerySet":
        """The other communes of the same EPCI."""
        return (
            self.filter(epci=actor.epci_id, nature=Nature.COMMUNE).exclude(pk=actor.pk)
            if actor.epci_id
            else self.none()
        )

    def peers_near(self, actor: "Actor", km: float) -> "ActorQuerySet":
        """Actors of the same nature at most `km` kilometres away, the nearest first, with their `distance`."""
        if not actor.is_located:
            return self.none()
        peers = self.filter(nature=actor.nature).exclude(pk=actor.pk)
        return peers.within(actor.latitude, actor.longitude, km)

    # --- where --------------------------------------------------------------------------------------------------------
    def with_distance_from(self, latitude: float, longitude: float) -> "ActorQuerySet":
        """Adds `distance`, the great-circle kilometres from a point in degrees (haversine)."""
        return self.annotate(distance=kilometres_from(latitude, longitude))

    def within(self, latitude: float, longitude: float, km: float) -> "ActorQuerySet":
        """At most `km` kilometres from a point in degrees, the nearest first."""
        box = self.filter(InBox(F("longitude"), F("latitude"), *bounding_box(latitude, longitude, km)))
        return box.with_distance_from(latitude, longitude).filter(distance__lte=km).order_by("distance", "pk")

    def located(self) -> "ActorQuerySet":
        return self.filter(latitude__isnull=False)

    # --- order and loading plans --------------------------------------------------------------------------------------
    def by_name(self) -> "ActorQuerySet":
        """École between eau and Élan."""
        return self.order_by("name_key", "pk")

    def departement_names(self) -> list[tuple[str, str]]:
        """The published départements, by name, to choose from: (code, name)."""
        return list(self.published().of_nature([Nature.DEPARTEMENT]).by_name().values_list("code", "name"))

    def by_population(self) -> "ActorQuerySet":
        return self.order_by(F("population").desc(nulls_last=True), "pk")

    def by_confirmation(self) -> "ActorQuerySet":
        """The most recently confirmed by a person first."""
        return self.order_by(F("verified_at").desc(nulls_last=True), "name_key", "pk")

    def for_card(self) -> "ActorQuerySet":
        """What a result card shows, in one query: plain names of the territory, without making actors of them."""
        return self.only(*CARD_FIELDS).annotate(
            departement_name=F("departement__name"),
            departement_code=F("departement__code"),
            epci_name=F("epci__name"),
        )

    def for_page(self) -> "ActorQuerySet":
        """What an actor's page shows of the actor itself, in one query."""
        return self.select_related("departement", "epci", "region", "seat", "successor", "country", "network").defer(
            "search_document", "search_terms"
        )

    def for_comparison(self) -> "ActorQuerySet":
        """All that two fiches are compared by, in one query."""
        around = ("country", "network", "seat", "epci", "departement", "region")
        return self.select_related(*around).defer("search_document")

    def for_export(self) -> "ActorQuerySet":
        """What a line of an export holds, in one query."""
        return self.select_related("departement", "epci", "country").only(*EXPORT_FIELDS)


GENERATED_FIELDS = ["name_key", "bare_key", "former_keys", "search_document"]
CONTACT_FIELDS = ["contact_state", "paused_until", "last_met_on"]
LINKED_FIELDS = ["jumelage_count", "cooperation_countries", "cooperation_themes", "partner_terms"]


@with_history(
    exclude=[*GENERATED_FIELDS, *LINKED_FIELDS, *CONTACT_FIELDS, "search_terms", "updated_at", "link_version"],
    meta={"verbose_name": _("changement de fiche"), "verbose_name_plural": _("changements des fiches")},
)
class Actor(Sourced):
    """A collectivité, or any other body that cooperates."""

    nature = models.CharField(_("nature"), max_length=20, choices=Nature)
    name = models.CharField(_("nom"), max_length=200)
    short_name = models.CharField(_("nom court"), max_length=120, blank=True)
    slug = models.SlugField(_("adresse de la fiche"), max_length=240, unique=True)
    code = models.CharField(
        _("code"),
        max_length=20,
        help_text=_("Code INSEE d’une commune, d’un département ou d’une région ; SIREN d’une intercommunalité."),
    )
    siren = models.CharField(
        _("SIREN"), max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}\Z", _("Un SIREN a neuf chiffres."))]
    )
    siret = models.CharField(_("SIRET"), max_length=14, blank=True, validators=[validate_siret])
    rna = models.CharField(
        _("numéro RNA"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^W\d[0-9A-Z]\d{7}\Z", _("Un numéro RNA s’écrit W suivi de neuf chiffres."))],
        help_text=_("Le numéro d’une association au répertoire national, comme W751234567."),
    )
    network = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("tête de réseau"),
        related_name="network_members",
        null=True,
        blank=True,
        help_text=_("Le réseau dont l’acteur est membre : un comité de jumelage adhère souvent à une fédération."),
    )
    legal_form = models.CharField(_("forme juridique"), max_length=2, choices=LegalForm, blank=True)
    description = models.TextField(_("présentation"), blank=True)

    # Where
    country = models.ForeignKey(Country, models.PROTECT, verbose_name=_("pays"), related_name="actors", default="FR")
    region = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("région"), related_name="region_members", null=True, blank=True
    )
    departement = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("département"), related_name="departement_members", null=True, blank=True
    )
    epci = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("intercommunalité"), related_name="members", null=True, blank=True
    )
    seat = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("commune siège"), related_name="seat_of", null=True, blank=True
    )
    departement_codes = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("codes des départements"),
        default=list,
        blank=True,
        help_text=_("Tous les départements où l’acteur s’étend : une intercommunalité peut en chevaucher plusieurs."),
    )
    region_codes = ArrayField(
        models.CharField(max_length=3), verbose_name=_("codes des régions"), default=list, blank=True
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    postal_codes = ArrayField(models.CharField(max_length=5), verbose_name=_("codes postaux"), default=list, blank=True)
    former_codes = ArrayField(
        models.CharField(max_length=5),
        verbose_name=_("codes des communes déléguées ou associées"),
        default=list,
        blank=True,
    )
    former_names = ArrayField(
        models.CharField(max_length=100), verbose_name=_("communes déléguées ou associées"), default=list, blank=True
    )
    identity_tags = ArrayField(
        models.CharField(max_length=20, choices=IdentityTag),
        verbose_name=_("identité du territoire"),
        default=list,
        blank=True,
    )
    population = models.PositiveIntegerField(_("population municipale"), null=True, blank=True)
    member_count = models.PositiveIntegerField(
        _("nombre de communes"),
        null=True,
        blank=True,
        help_text=_("Nombre officiel, même si une partie des communes est dans une région non chargée."),
    )

    # Public contact of the body itself, never of a person
    address = models.CharField(_("adresse postale"), max_length=300, blank=True)
    email = models.EmailField(_("courriel public"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    website = models.URLField(_("site internet"), max_length=300, blank=True)

    # Life of the record
    valid_from = models.DateField(_("existe depuis"), null=True, blank=True)
    valid_until = models.DateField(_("a cessé d’exister le"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("successeur"), related_name="predecessors", null=True, blank=True
    )

    # How far the network has come with it: read by all, moved by the outreach alone, which keeps the story
    contact_state = models.CharField(
        _("état du contact"), max_length=20, choices=ContactState, default=ContactState.NEVER, editable=False
    )
    paused_until = models.DateField(_("en pause jusqu’au"), null=True, blank=True, editable=False)
    last_met_on = models.DateField(_("rencontrée pour la dernière fois le"), null=True, blank=True, editable=False)

    # What its jumelages say of it, kept by services.links whenever one is written: lists and searches read it here
    jumelage_count = models.PositiveIntegerField(_("nombre de jumelages"), default=0, editable=False)
    cooperation_countries = ArrayField(
        models.CharField(max_length=2), verbose_name=_("pays de coopération"), default=list, blank=True, editable=False
    )
    cooperation_themes = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("thèmes de coopération"),
        default=list,
        blank=True,
        editable=False,
    )
    partner_terms = models.TextField(_("noms des partenaires"), blank=True, default="", editable=False)

    # Search: written by PostgreSQL whenever the row is, so that no door can forget it
    search_terms = models.TextField(_("autres mots de recherche"), blank=True, default="", editable=False)
    name_key = models.GeneratedField(expression=SearchKey(F("name")), output_field=models.TextField(), db_persist=True)
    bare_key = models.GeneratedField(expression=BareKey(F("name")), output_field=models.TextField(), db_persist=True)
    former_keys = models.GeneratedField(
        expression=SearchKeys(F("former_names")), output_field=ArrayField(models.TextField()), db_persist=True
    )
    search_document = models.GeneratedField(
        expression=SearchVector(SearchKey(F("name")), config="public.fr", weight="A")
        + SearchVector(SearchKey(F("search_terms")), config="public.fr", weight="B")
        + SearchVector(SearchKey(F("partner_terms")), config="public.fr", weight="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("acteur")
        verbose_name_plural = _("acteurs")
        ordering = ["name_key", "pk"]
        constraints = CONSTRAINTS
        indexes = INDEXES

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("actor_detail", args=[self.slug])

    @property
    def is_collectivite(self) -> bool:
        return self.nature in COLLECTIVITE_NATURES

    @property
    def is_never_met(self) -> bool:
        """A collectivité that the network has not met yet."""
        return self.is_collectivite and self.contact_state in NEVER_MET

    def is_at_rest(self, day: date) -> bool:
        """Did it ask not to be contacted, for good or until later than `day`?"""
        if self.paused_until is not None:
            return self.paused_until >= day or self.contact_state == ContactState.REFUSED
        return self.contact_state in (ContactState.REFUSED, ContactState.PAUSED)

    @property
    def is_closed(self) -> bool:
        return self.valid_until is not None

    @property
    def is_located(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def nature_label(self) -> str:
        """The kind of body in words: « Communauté de communes » says more than « Intercommunalité »."""
        return self.get_legal_form_display() if self.legal_form else self.get_nature_display()
