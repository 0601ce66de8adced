"""Wave: one run of a questionnaire over an audience; Invitation: a collectivité of that audience."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enums import Nature, PopulationBand
from directory.models import Actor
from directory.models.reference import with_history
from soco.mailing.models import Address
from surveys.enums import AT_REST, FINISHED, KeptOut, LinkEnd, NonResponse, Progress, ResponseState, WaveStatus
from surveys.plan import Plan, plan_of

from .questionnaire import Questionnaire


class WaveQuerySet(models.QuerySet["Wave"]):
    def with_slug(self, slug: str) -> "WaveQuerySet":
        return self.filter(slug=slug)

    def open(self) -> "WaveQuerySet":
        return self.filter(status=WaveStatus.OPEN)

    def answerable(self, day: date) -> "WaveQuerySet":
        """Those whose links take answers: a pause stops the mails, not those who are answering."""
        running = (WaveStatus.PREPARING, WaveStatus.OPEN, WaveStatus.PAUSED)
        return self.filter(status__in=running, opens_on__lte=day, closes_on__gte=day)

    def preparing(self) -> "WaveQuerySet":
        return self.filter(status=WaveStatus.PREPARING)

    def starting_with(self, slug: str) -> "WaveQuerySet":
        return self.filter(slug__startswith=slug)

    def over(self, day: date) -> "WaveQuerySet":
        """Running, and past their last day."""
        return self.filter(status__in=(WaveStatus.OPEN, WaveStatus.PAUSED), closes_on__lt=day)

    def launched(self) -> "WaveQuerySet":
        return self.exclude(status=WaveStatus.DRAFT)

    def real(self) -> "WaveQuerySet":
        return self.filter(is_demo=False)

    def demo(self) -> "WaveQuerySet":
        return self.filter(is_demo=True)

    def published(self) -> "WaveQuerySet":
        """Those whose results everybody may read: closed ones only. Published numbers that move, one answer apart, would tell that
        answer."""
        return self.filter(results_published_at__isnull=False, status=WaveStatus.CLOSED)

    def of_questionnaire(self, code: str) -> "WaveQuerySet":
        return self.filter(questionnaire__code=code)

    def comparable_with(self, wave: "Wave") -> "WaveQuerySet":
        """The other waves of the same questionnaire, whatever its version; real ones with real ones."""
        found = self.launched().of_questionnaire(wave.questionnaire.code).others_than(wave)
        return found.filter(is_demo=wave.is_demo)

    def others_than(self, wave: "Wave") -> "WaveQuerySet":
        return self.exclude(pk=wave.pk)

    def newest_first(self) -> "WaveQuerySet":
        return self.order_by(F("opens_on").desc(nulls_first=True), "-pk")

    def for_list(self) -> "WaveQuerySet":
        """What a line of a list says of each, in one query: no questionnaire's content is read."""
        return self.select_related("questionnaire").defer("questionnaire__content")


@with_history(
    exclude=["prepared_after", "prepared", "audience_size", "mailed_on", "created_by"],
    meta={"verbose_name": _("changement de vague"), "verbose_name_plural": _("changements des vagues")},
)
class Wave(models.Model):
    """Who is asked (the répertoire's own search, frozen when it is launched), when they are reminded, until when they answer."""

    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    title = models.CharField(_("titre"), max_length=150)
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, verbose_name=_("questionnaire"), related_name="waves"
    )
    status = models.CharField(_("état"), max_length=12, choices=WaveStatus, default=WaveStatus.DRAFT)
    audience = models.TextField(
        _("public"),
        blank=True,
        help_text=_("L’adresse d’une recherche du répertoire, après le « ? ». Vide : toutes les collectivités."),
    )
    plan = models.JSONField(_("calendrier"), default=dict, blank=True, help_text=_("En jours après l’ouverture."))
    opens_on = models.DateField(_("ouvre le"), null=True, blank=True)
    closes_on = models.DateField(_("dernier jour"), null=True, blank=True)
    contact_name = models.CharField(_("signée par"), max_length=100, blank=True)
    contact_email = models.EmailField(_("adresse de réponse"), blank=True)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    created_by = models.CharField(_("créée par"), max_length=254, blank=True)
    launched_at = models.DateTimeField(_("lancée le"), null=True, blank=True)
    results_published_at = models.DateTimeField(_("résultats publiés le"), null=True, blank=True)

    # How far its invitations are prepared: written batch by batch, so that a task that is killed goes on where it was
    audience_size = models.PositiveIntegerField(_("collectivités du public"), default=0, editable=False)
    prepared = models.PositiveIntegerField(_("invitations préparées"), default=0, editable=False)
    prepared_after = models.BigIntegerField(_("préparées jusqu’à"), default=0, editable=False)
    mailed_on = models.JSONField(_("courriels partis les"), default=list, blank=True, editable=False)

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("vague")
        verbose_name_plural = _("vagues")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=WaveStatus.DRAFT.value) | Q(opens_on__isnull=False, closes_on__isnull=False),
                name="wave_launched_has_dates",
                violation_error_message=_("Une vague lancée a un premier et un dernier jour."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(opens_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="wave_closes_after_it_opens",
                violation_error_message=_("Le dernier jour vient après le premier."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("wave_board", args=[self.slug])

    @property
    def steps(self) -> Plan:
        """Its calendar, in days after it opens: its own where it says one, else the usual one."""
        plan: dict[str, Any] = self.plan
        return plan_of(plan)

    @property
    def is_draft(self) -> bool:
        return self.status == WaveStatus.DRAFT

    @property
    def is_preparing(self) -> bool:
        return self.status == WaveStatus.PREPARING

    @property
    def is_open(self) -> bool:
        return self.status == WaveStatus.OPEN

    @property
    def is_paused(self) -> bool:
        return self.status == WaveStatus.PAUSED

    @property
    def is_closed(self) -> bool:
        return self.status == WaveStatus.CLOSED

    @property
    def takes_answers(self) -> bool:
        """May somebody answer today? Calls and visits may be written down from the day it is launched."""
        if self.is_draft or self.is_closed or not self.closes_on or not self.opens_on:
            return False
        return bool(self.closes_on >= timezone.localdate())

    def day(self, after: int) -> date | None:
        return self.opens_on + timedelta(days=after) if self.opens_on else None


class SurveyInvitationQuerySet(models.QuerySet["Invitation"]):
    def of_wave(self, wave: Wave) -> "SurveyInvitationQuerySet":
        return self.filter(wave=wave.pk)

    def of_actors(self, actors: models.QuerySet[Any]) -> "SurveyInvitationQuerySet":
        """Of these actors, given by a query of their ids."""
        return self.filter(actor__in=actors)

    def of_actor(self, actor: Actor) -> "SurveyInvitationQuerySet":
        return self.filter(actor=actor.pk)

    def of_running_waves(self) -> "SurveyInvitationQuerySet":
        return self.filter(wave__status__in=(WaveStatus.OPEN, WaveStatus.PAUSED), wave__is_demo=False)

    def to_read(self) -> "SurveyInvitationQuerySet":
        """Those whose answers staff have not read."""
        return self.filter(response__state=ResponseState.SUBMITTED)

    def real(self) -> "SurveyInvitationQuerySet":
        return self.filter(wave__is_demo=False)

    def latest_wave_first(self) -> "SurveyInvitationQuerySet":
        return self.select_related("wave").order_by("-wave__opens_on", "-pk")

    def unanswered(self) -> "SurveyInvitationQuerySet":
        """Those that may still be called or visited: neither answered, nor refusing, nor left alone."""
        silent = self.exclude(kept_out__in=AT_REST).exclude(outcome=NonResponse.REFUSAL)
        return silent.filter(Q(response__isnull=True) | ~Q(response__state__in=FINISHED))

    def to_call_back(self, day: date) -> "SurveyInvitationQuerySet":
        """Asked to be called again, by that day."""
        return self.unanswered().filter(outcome=NonResponse.CALL_BACK, call_back_on__lte=day)

    def with_progress(self) -> "SurveyInvitationQuerySet":
        """Adds `progress`, see `Progress`."""
        return self.annotate(
            progress=Case(
                When(response__state__in=FINISHED, then=Value(Progress.ANSWERED.value)),
                When(outcome=NonResponse.REFUSAL, then=Value(Progress.REFUSED.value)),
                When(kept_out__in=AT_REST, then=Value(Progress.KEPT_OUT.value)),
                When(response__isnull=False, then=Value(Progress.UNDER_WAY.value)),
                default=Value(Progress.SILENT.value),
                output_field=models.CharField(),
            )
        )

    def in_progress(self, values: list[str]) -> "SurveyInvitationQuerySet":
        return self.with_progress().filter(progress__in=values)

    def in_departements(self, codes: list[str]) -> "SurveyInvitationQuerySet":
        return self.filter(departement__in=codes)

    def of_nature(self, natures: list[str]) -> "SurveyInvitationQuerySet":
        return self.filter(nature__in=natures)

    def kept_out_for(self, reasons: list[str]) -> "SurveyInvitationQuerySet":
        return self.filter(kept_out__in=reasons)

    def handed_over(self) -> "SurveyInvitationQuerySet":
        """Whose link was handed over to a colleague, once at least."""
        return self.filter(Exists(self._handing_over()))

    def bounced(self) -> "SurveyInvitationQuerySet":
        """Whose present address gives mails back."""
        return self.filter(Exists(self._bouncing()))

    @classmethod
    def _handing_over(cls) -> models.QuerySet[Any]:
        return cls._respondents().filter(end=LinkEnd.HANDED_OVER)

    @classmethod
    def _bouncing(cls) -> models.QuerySet[Any]:
        return cls._respondents().filter(ended_at__isnull=True, email__in=Address.objects.failing().values("email"))

    @staticmethod
    def _respondents() -> models.QuerySet[Any]:
        from .response import Respondent  # it points to invitations

        return Respondent.objects.filter(invitation=OuterRef("pk"))

    def spontaneous(self) -> "SurveyInvitationQuerySet":
        return self.filter(is_spontaneous=True)

    def naming(self, text: str) -> "SurveyInvitationQuerySet":
        """Whose collectivité has these words in its name (accents aside), or this code."""
        return self.filter(Q(actor__name__unaccent__icontains=text) | Q(actor__code__iexact=text))

    def counted_by_departement(self) -> list[dict[str, Any]]:
        """One line for each département: how many are in each `Progress`."""
        rows = self.framed().order_by().with_progress().values("departement")
        counts = {value.name.lower(): Count("pk", filter=Q(progress=value.value)) for value in Progress}
        counts["handed_over"] = Count("pk", filter=Q(Exists(self._handing_over())))
        counts["bounced"] = Count("pk", filter=Q(Exists(self._bouncing())))
        return list(rows.annotate(total=Count("pk"), **counts).order_by("departement"))

    def counted_by_stratum(self) -> list[tuple[Any, ...]]:
        """Département, level, population, engagement as they were on the day of the launch, and how many collectivités."""
        place = ("departement", "nature", "band", "is_engaged")
        return list(self.framed().order_by().values_list(*place).annotate(count=Count("pk")))

    def framed(self) -> "SurveyInvitationQuerySet":
        """Those that were asked, and those who answered by themselves: who only asked for a link was neither."""
        return self.exclude(Q(is_spontaneous=True) & ~Q(response__state__in=FINISHED))

    def counted_out(self) -> dict[str, int]:
        """How many are kept out, by reason."""
        rows = self.order_by().exclude(kept_out="").values_list("kept_out").annotate(count=Count("pk"))
        return dict(rows)

    def by_name(self) -> "SurveyInvitationQuerySet":
        return self.order_by("actor__name_key", "pk")

    def departements(self) -> list[str]:
        return list(self.order_by("departement").values_list("departement", flat=True).distinct())

    def for_export(self) -> "SurveyInvitationQuerySet":
        """What a line of the file says, in one query."""
        names = ("code", "name", "phone", "email")
        response = ("started_at", "submitted_at", "channel", "state")
        rows = self.with_progress().select_related("actor", "response")
        own = (
            "wave",
            "kept_out",
            "is_spontaneous",
            "departement",
            "nature",
            "band",
            "outcome",
            "call_back_on",
            "outcome_note",
        )
        return rows.only(*own, *(f"actor__{name}" for name in names), *(f"response__{name}" for name in response))

    def for_page(self) -> "SurveyInvitationQuerySet":
        """All that the page of one says of it, in one query."""
        heavy = ("search_document", "search_terms", "partner_terms", "former_keys")
        rows = self.with_progress().select_related("actor", "response", "wave__questionnaire")
        return rows.defer("wave__questionnaire__content", "response__counted", *(f"actor__{name}" for name in heavy))

    def for_list(self) -> "SurveyInvitationQuerySet":
        """What a line of the list says, in two queries."""
        heavy = ("search_document", "search_terms", "partner_terms", "former_keys")
        rows = self.with_progress().select_related("actor", "response", "wave")
        deferred = [*(f"actor__{name}" for name in heavy), "response__values", "response__counted"]
        return rows.defer(*deferred).prefetch_related("respondents")


class Invitation(models.Model):
    """A collectivité of a wave's audience. What it was on the day of the launch stays written: results are weighed by that."""

    wave = models.ForeignKey(Wave, models.CASCADE, verbose_name=_("vague"), related_name="invitations")
    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("collectivité"), related_name="survey_invitations")
    kept_out = models.CharField(_("sans courriel, car"), max_length=20, choices=KeptOut, blank=True)
    is_spontaneous = models.BooleanField(_("réponse spontanée"), default=False)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)

    departement = models.CharField(_("département"), max_length=3, blank=True)
    nature = models.CharField(_("niveau"), max_length=20, choices=Nature)
    band = models.CharField(_("population"), max_length=20, choices=PopulationBand, blank=True)
    is_engaged = models.BooleanField(_("a un jumelage connu"), default=False)

    outcome = models.CharField(_("sans réponse, car"), max_length=10, choices=NonResponse, blank=True)
    call_back_on = models.DateField(_("à rappeler le"), null=True, blank=True)
    outcome_note = models.CharField(_("précision"), max_length=200, blank=True)
    outcome_at = models.DateTimeField(_("noté le"), null=True, blank=True)
    outcome_by = models.CharField(_("noté par"), max_length=254, blank=True)

    objects = SurveyInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("collectivité interrogée")
        verbose_name_plural = _("collectivités interrogées")
        ordering = ["wave", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "actor"],
                name="survey_invitation_once",
                violation_error_message=_("Cette collectivité est déjà interrogée dans cette vague."),
            ),
            models.CheckConstraint(
                condition=Q(call_back_on__isnull=True) | Q(outcome=NonResponse.CALL_BACK.value),
                name="survey_invitation_call_back",
                violation_error_message=_("Seul un rappel a une date de rappel."),
            ),
        ]
        indexes = [models.Index(fields=["wave", "departement"], name="survey_invitation_place")]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.wave_id}"

    def get_absolute_url(self) -> str:
        return reverse("survey_invitation", args=[self.wave.slug, self.pk])

    @property
    def is_at_rest(self) -> bool:
        return self.kept_out in AT_REST

    @property
    def about(self) -> str:
        """How the mail ledger names it."""
        return f"survey_invitation:{self.pk}"


LINK_DAYS = settings.SURVEYS_LINK_DAYS
