"""Project: a dated action, inside a jumelage or not, with its actors, its money, its countries and themes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchRank, SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.enums import ProjectRole, ProjectStatus
from directory.search import SearchText

from .actor import Actor
from .cooperation import countries_of
from .expressions import SearchKey, SearchQueryText
from .jumelage import Jumelage
from .reference import Country, with_history
from .sourced import Sourced, SourcedQuerySet
from .text_search import CloseName


class ProjectQuerySet(SourcedQuerySet):
    def published(self) -> "ProjectQuerySet":
        """A project is published if staff did not hide it."""
        return self.filter(is_published=True)

    def open_data(self) -> "ProjectQuerySet":
        """Those given away as open data: published, and neither they, nor their jumelage, nor one of their actors fictitious."""
        fictitious = ProjectActor.objects.filter(project=OuterRef("pk"), actor__is_demo=True)
        return self.published().real().exclude(jumelage__is_demo=True).exclude(Exists(fictitious))

    def of_actor(self, actor: Actor) -> "ProjectQuerySet":
        """Those in which an actor has a role."""
        return self.filter(Exists(ProjectActor.objects.filter(project=OuterRef("pk"), actor=actor.pk)))

    def of_jumelage(self, jumelage: Jumelage) -> "ProjectQuerySet":
        return self.filter(jumelage=jumelage.pk)

    # --- filters, one word each ---------------------------------------------------------------------------------------
    @staticmethod
    def with_statuses_q(statuses: list[str]) -> Q:
        return Q(status__in=statuses)

    def with_statuses(self, statuses: list[str]) -> "ProjectQuerySet":
        return self.filter(self.with_statuses_q(statuses))

    @staticmethod
    def with_countries_q(codes: list[str]) -> Q:
        """In one of these countries; « europe » is all of Europe but France."""
        return Q(country_codes__overlap=countries_of(codes))

    def with_countries(self, codes: list[str]) -> "ProjectQuerySet":
        return self.filter(self.with_countries_q(codes))

    @staticmethod
    def with_themes_q(codes: list[str]) -> Q:
        return Q(theme_codes__overlap=codes)

    def with_themes(self, codes: list[str]) -> "ProjectQuerySet":
        return self.filter(self.with_themes_q(codes))

    @staticmethod
    def in_departements_q(codes: list[str]) -> Q:
        """With a role for an actor of one of these départements."""
        roles = ProjectActor.objects.filter(project=OuterRef("pk"), actor__departement_codes__overlap=codes)
        return Q(Exists(roles))

    def in_departements(self, codes: list[str]) -> "ProjectQuerySet":
        return self.filter(self.in_departements_q(codes))

    def answering(self, text: SearchText, close: list[CloseName]) -> "ProjectQuerySet":
        """Whose words (title, description, names of its actors) hold those typed, or one of whose actors has nearly that
        name."""
        if not text:
            return self.none()
        near = ProjectActor.objects.shown().filter(project=OuterRef("pk"), actor__in=[name.pk for name in close])
        return self.filter(Q(search_document=SearchQueryText(Value(text.words))) | Q(Exists(near)))

    def eligible_to_aid(self) -> "ProjectQuerySet":
        """Official development aid: at least one of its countries receives it, and it has an aid purpose code (OECD DAC)."""
        recipients = Country.objects.filter(is_oda_eligible=True).values_list("iso2", flat=True)
        return self.exclude(dac_code="").filter(country_codes__overlap=list(recipients))

    def reportable(self) -> "ProjectQuerySet":
        """That an international standard can tell of: a known start, a country, at least one actor that the public may read."""
        shown = ProjectActor.objects.shown().filter(project=OuterRef("pk"))
        return self.filter(starts_on__isnull=False, country_codes__len__gt=0).filter(Exists(shown))

    # --- order and loading plans --------------------------------------------------------------------------------------
    def ranked(self, text: SearchText) -> "ProjectQuerySet":
        """The answers to a text, those that hold it best first."""
        rank = SearchRank(F("search_document"), SearchQueryText(Value(text.words)))
        return self.order_by(rank.desc(), F("starts_on").desc(nulls_last=True), "-pk")

    def newest_first(self) -> "ProjectQuerySet":
        return self.order_by(F("starts_on").desc(nulls_last=True), "-pk")

    def by_name(self) -> "ProjectQuerySet":
        return self.order_by(SearchKey("title"), "pk")

    def by_budget(self) -> "ProjectQuerySet":
        """The largest first; those whose budget is not told last."""
        return self.order_by(F("budget").desc(nulls_last=True), "-pk")

    def for_card(self) -> "ProjectQuerySet":
        """What a card shows, in two queries."""
        return self.defer("search_document", "search_terms", "description").with_shown_roles()

    def for_page(self) -> "ProjectQuerySet":
        """What a project's page shows of it, in two queries."""
        return (
            self.defer("search_document", "search_terms")
            .select_related("jumelage__collectivite", "jumelage__partner__country")
            .with_shown_roles()
        )

    def for_export(self) -> "ProjectQuerySet":
        """What a line of an export holds, in two queries a batch."""
        return self.for_page()

    def with_shown_roles(self) -> "ProjectQuerySet":
        """With the roles of the actors that the public may read, in order."""
        roles = ProjectActor.objects.shown().select_related("actor__country").only(*ROLE_FIELDS).in_order()
        return self.prefetch_related(models.Prefetch("roles", queryset=roles))


ROLE_FIELDS = (
    *("project", "role", "amount"),
    *(
        f"actor__{name}"
        for name in ("name", "slug", "nature", "legal_form", "departement_codes", "latitude", "longitude", "is_demo")
    ),
    *("actor__email", "actor__country__name"),
)


@with_history(
    exclude=["slug", "search_document", "search_terms", "updated_at", "link_version"],
    meta={"verbose_name": _("changement de projet"), "verbose_name_plural": _("changements des projets")},
)
class Project(Sourced):
    """A dated action of cooperation."""

    title = models.CharField(_("titre"), max_length=250)
    slug = models.SlugField(_("adresse de la page"), max_length=240, editable=False)
    jumelage = models.ForeignKey(
        Jumelage, models.SET_NULL, verbose_name=_("jumelage"), related_name="projects", null=True, blank=True
    )
    status = models.CharField(_("avancement"), max_length=20, choices=ProjectStatus, default=ProjectStatus.PLANNED)
    description = models.TextField(_("description"), blank=True)
    starts_on = models.DateField(_("début"), null=True, blank=True)
    ends_on = models.DateField(_("fin"), null=True, blank=True)
    country_codes = ArrayField(models.CharField(max_length=2), verbose_name=_("pays"), default=list, blank=True)
    theme_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("thèmes"), default=list, blank=True)
    sdgs = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(17)]),
        verbose_name=_("objectifs de développement durable"),
        default=list,
        blank=True,
    )
    dac_code = models.CharField(
        _("code-objet du CAD"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d{5}\Z", _("Un code-objet du CAD a cinq chiffres."))],
        help_text=_("Comité d’aide au développement de l’OCDE ; par exemple 14030 pour l’eau potable."),
    )
    budget = models.PositiveIntegerField(_("budget, en euros"), null=True, blank=True)
    actors = models.ManyToManyField(Actor, through="ProjectActor", verbose_name=_("acteurs"), related_name="projects")
    search_terms = models.TextField(_("mots de recherche"), blank=True, default="", editable=False)
    search_document = models.GeneratedField(
        expression=SearchVector(SearchKey(F("search_terms")), config="public.fr"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("projet")
        verbose_name_plural = _("projets")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="project_ends_after_start",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
            models.CheckConstraint(
                condition=Q(theme_codes__len__lte=3),
                name="project_three_themes",
                violation_error_message=_("Trois thèmes au plus."),
            ),
            models.CheckConstraint(
                condition=Q(sdgs__len__lte=3) & Q(sdgs__contained_by=list(range(1, 18))),
                name="project_three_sdgs",
                violation_error_message=_("Trois objectifs au plus, de 1 à 17."),
            ),
            models.CheckConstraint(
                condition=Q(dac_code="") | Q(dac_code__regex=r"^\d{5}$"),
                name="project_dac_code",
                violation_error_message=_("Un code-objet du CAD a cinq chiffres."),
            ),
        ]
        indexes = [
            models.Index(F("starts_on").desc(nulls_last=True), F("id").desc(), name="project_newest"),
            models.Index(fields=["jumelage", "id"], name="project_by_jumelage"),
            GinIndex(fields=["search_document"], name="project_search_document", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("project_detail", args=[self.slug])

    @property
    def public_jumelage(self) -> Jumelage | None:
        """The jumelage that the public may read; its pair comes with it (`for_page`)."""
        jumelage = self.jumelage
        if jumelage is None or not jumelage.is_published:
            return None
        return jumelage if jumelage.collectivite.is_published and jumelage.partner.is_published else None


class ProjectActorQuerySet(models.QuerySet["ProjectActor"]):
    def shown(self) -> "ProjectActorQuerySet":
        """Those of actors that staff did not hide."""
        return self.filter(actor__is_published=True)

    def funders_in(self, departements: list[str], *, most: int) -> list[str]:
        """The names of those who pay for published projects of these départements, the most frequent first."""
        near = Project.objects.published().in_departements(departements).values("pk")
        paying = self.shown().filter(role=ProjectRole.FUNDER, project__in=near).order_by()
        named = paying.values_list("actor__name").annotate(count=models.Count("pk")).order_by("-count", "actor__name")
        return [name for name, _count in named[:most]]

    def in_order(self) -> "ProjectActorQuerySet":
        """The leader, then partners and operators, funders last; each group by name."""
        rank = models.Case(
            *(models.When(role=role, then=rank) for rank, role in enumerate(ProjectRole)),
            output_field=models.SmallIntegerField(),
        )
        return self.order_by(rank, "actor__name_key", "pk")


class ProjectActor(models.Model):
    """What an actor does in a project, and how much it gives if it pays."""

    project = models.ForeignKey(Project, models.CASCADE, verbose_name=_("projet"), related_name="roles")
    actor = models.ForeignKey(Actor, models.PROTECT, verbose_name=_("acteur"), related_name="project_roles")
    role = models.CharField(_("rôle"), max_length=20, choices=ProjectRole)
    amount = models.PositiveIntegerField(_("montant, en euros"), null=True, blank=True)

    objects = ProjectActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("acteur d’un projet")
        verbose_name_plural = _("acteurs des projets")
        ordering = ["project_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "actor", "role"],
                name="projectactor_once",
                violation_error_message=_("Cet acteur a déjà ce rôle dans ce projet."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.get_role_display()}"
