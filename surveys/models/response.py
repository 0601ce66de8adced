"""Who answers (Respondent), what a collectivité answers (Response), and who said what when (Answer)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Count, Exists, Func, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from soco.web import signed_links
from surveys.enums import FINISHED, Channel, LinkEnd, ResponseState

from .wave import LINK_DAYS, Invitation, Wave

LINK = "questionnaire"
FORGOTTEN = "@efface.invalid"
FILE_ENDINGS = ["jpg", "jpeg", "png", "webp", "pdf"]
_OF_WAVE = (
    *("slug", "title", "status", "questionnaire", "plan", "opens_on", "closes_on", "contact_name", "contact_email"),
    "is_demo",
)
_OF_ACTOR = (
    *(
        "name",
        "slug",
        "code",
        "nature",
        "legal_form",
        "departement_codes",
        "country",
        "cooperation_countries",
        "latitude",
    ),
    *("longitude", "contact_state", "paused_until", "is_demo", "valid_until"),
)
_OF_RESPONSE = (
    *("wave", "state", "revision", "page", "values", "saved_at", "submitted_at", "submitted_by", "channel"),
    "reopened_because",
)


class RespondentQuerySet(models.QuerySet["Respondent"]):
    def standing(self) -> "RespondentQuerySet":
        """Those whose link works."""
        return self.filter(ended_at__isnull=True)

    def of_invitation(self, invitation: Invitation) -> "RespondentQuerySet":
        return self.filter(invitation=invitation.pk)

    def of_reopened(self) -> "RespondentQuerySet":
        """Of collectivités whose response staff reopened, and that did not send it again."""
        return self.filter(invitation__response__state=ResponseState.UNDER_WAY).exclude(
            invitation__response__reopened_because=""
        )

    def of_wave(self, wave: Wave) -> "RespondentQuerySet":
        return self.filter(invitation__wave=wave.pk)

    def of_waves(self, waves: models.QuerySet[Wave]) -> "RespondentQuerySet":
        return self.filter(invitation__wave__in=waves)

    def with_address(self, email: str) -> "RespondentQuerySet":
        return self.alias(address=Lower("email")).filter(address=email.strip().lower())

    def of_person(self, addresses: list[str]) -> "RespondentQuerySet":
        return self.alias(address=Lower("email")).filter(address__in=[each.lower() for each in addresses])

    def to_mail(self, added_before: datetime) -> "RespondentQuerySet":
        """Those that a reminder goes to: a working link, older than a moment, of a collectivité that is written to."""
        return self.standing().filter(invitation__kept_out="", added_at__lt=added_before).order_by("pk")

    def numbered_after(self, pk: int) -> "RespondentQuerySet":
        """The following ones, with their collectivité's row."""
        return self.filter(pk__gt=pk).select_related("invitation").order_by("pk")

    def old(self, before: datetime) -> "RespondentQuerySet":
        """Of waves closed before a day, and not forgotten yet."""
        return self.filter(invitation__wave__closes_on__lt=before.date()).exclude(email__endswith=FORGOTTEN)

    def for_answering(self) -> "RespondentQuerySet":
        """All that one page of the questionnaire needs, in one query; its questions are read once for all (`published`)."""
        around = ("invitation__wave", "invitation__actor", "invitation__response")
        return self.select_related(*around).only(
            *(
                "email",
                "name",
                "link_version",
                "added_at",
                "ended_at",
                "end",
                "invitation__kept_out",
                "invitation__outcome",
            ),
            *(f"invitation__wave__{name}" for name in _OF_WAVE),
            *(f"invitation__actor__{name}" for name in _OF_ACTOR),
            *(f"invitation__response__{name}" for name in _OF_RESPONSE),
        )


class Respondent(models.Model):
    """Somebody who holds a link to the answers of a collectivité. Several may: they share one response."""

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, verbose_name=_("collectivité interrogée"), related_name="respondents"
    )
    email = models.EmailField(_("adresse"))
    name = models.CharField(_("nom"), max_length=120, blank=True)
    link_version = models.PositiveIntegerField(_("version du lien"), default=1, editable=False)
    added_at = models.DateTimeField(_("ajouté le"), default=timezone.now)
    added_by = models.CharField(_("ajouté par"), max_length=254, blank=True)
    ended_at = models.DateTimeField(_("lien retiré le"), null=True, blank=True)
    end = models.CharField(_("car"), max_length=10, choices=LinkEnd, blank=True)

    objects = RespondentQuerySet.as_manager()

    class Meta:
        verbose_name = _("répondant")
        verbose_name_plural = _("répondants")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "invitation",
                Lower("email"),
                condition=Q(ended_at__isnull=True),
                name="respondent_once",
                violation_error_message=_("Cette adresse a déjà un lien."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="respondent_end_has_reason",
                violation_error_message=_("Un lien retiré l’est pour une raison."),
            ),
        ]
        indexes = [models.Index(Lower("email"), name="respondent_email")]

    def __str__(self) -> str:
        return self.email

    def get_absolute_url(self) -> str:
        return reverse("questionnaire", args=[self.token])

    @property
    def token(self) -> str:
        """Its personal link's token: derived each time, the same as long as nothing changed."""
        since = timezone.localdate(self.added_at)
        return signed_links.make(LINK, self.pk, version=self.link_version, days=LINK_DAYS, since=since).token

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None

    @property
    def label(self) -> str:
        return self.name or self.email


class ResponseQuerySet(models.QuerySet["Response"]):
    def of_wave(self, wave: Wave) -> "ResponseQuerySet":
        return self.filter(wave=wave.pk)

    def of_actor(self, actor: Any) -> "ResponseQuerySet":
        """What a collectivité answered, wave after wave."""
        return self.filter(invitation__actor=actor.pk)

    def latest_first(self) -> "ResponseQuerySet":
        return self.order_by("-submitted_at", "-pk")

    def finished(self) -> "ResponseQuerySet":
        return self.filter(state__in=FINISHED)

    def stamp(self) -> tuple[int, datetime | None, int]:
        """How many are finished, when the last of them was written, the sum of their revisions: another one if any changed."""
        found = self.finished().aggregate(count=Count("pk"), last=Max("saved_at"), revisions=Sum("revision"))
        return found["count"], found["last"], found["revisions"] or 0

    def for_tally(self) -> QuerySet[Any, Any]:
        """Of each finished one: what its collectivité was on the day of the launch, and the cells that it counts in."""
        place = ("departement", "nature", "band", "is_engaged")
        return self.finished().order_by().values_list(*(f"invitation__{name}" for name in place), "counted")

    def answering(self, cell: int) -> "ResponseQuerySet":
        """The finished ones that count in this cell."""
        return self.finished().filter(counted__contains=[cell])

    def saying(self, code: str, words: str) -> "ResponseQuerySet":
        """Whose answer in words to this question has these words (accents and capitals aside)."""
        return self.annotate(text=KeyTextTransform(code, "values")).filter(text__unaccent__icontains=words)

    def tagged(self, code: str, tag: str) -> "ResponseQuerySet":
        return self.filter(coded__contains={code: [tag]})

    def untagged(self, code: str) -> "ResponseQuerySet":
        return self.exclude(coded__has_key=code)

    def tags_of(self, code: str) -> list[dict[str, Any]]:
        """How many answers to a question have each tag, the most frequent first."""
        each = Func(KeyTransform(code, "coded"), function="jsonb_array_elements_text", output_field=models.TextField())
        rows = self.filter(coded__has_key=code).order_by().annotate(tag=each).values("tag")
        return list(rows.annotate(count=Count("pk")).order_by("-count", "tag"))

    def counted_answers(self, code: str, group: str = "") -> QuerySet[Any, Any]:
        """Each answer to a question, of the repeated group `group` if any, and how many responses give it; the most frequent
        first. Codes are letters, figures and « _ » (`checking`)."""
        path = f'$."{group}"[*]."{code}"[*]' if group else f'$."{code}"[*]'
        each = Func(
            models.F("values"),
            models.Value(path),
            function="jsonb_path_query",
            template="%(function)s(%(expressions)s::jsonpath)",
            output_field=models.JSONField(),
        )
        rows = self.order_by().annotate(given=each).values_list("given")
        return rows.annotate(count=Count("pk", distinct=True)).order_by("-count", "given")

    def for_texts(self) -> "ResponseQuerySet":
        """What a line of the texts says, in one query."""
        heavy = ("search_document", "search_terms", "partner_terms", "former_keys")
        rows = self.select_related("invitation__actor").defer(
            "counted", *(f"invitation__actor__{name}" for name in heavy)
        )
        return rows.order_by("-submitted_at", "pk")

    def after_pk(self, pk: int) -> "ResponseQuerySet":
        return self.filter(pk__gt=pk)

    def for_export(self) -> "ResponseQuerySet":
        """Of each finished one, the columns that `exports.Exported` names."""
        place = ("departement", "nature", "band", "is_engaged", "actor__code", "actor__name")
        names = ("pk", "channel", "submitted_at", *(f"invitation__{name}" for name in place), "values", "counted")
        rows: Any = self.finished().order_by("pk").values_list(*names)
        return rows  # type: ignore[no-any-return]

    def of_waves_over(self, before: datetime) -> "ResponseQuerySet":
        return self.filter(wave__closes_on__lt=before.date())

    def not_forgotten(self) -> "ResponseQuerySet":
        """Those whose people are still named."""
        return self.filter(are_people_forgotten=False)

    def naming_addresses(self, addresses: list[str]) -> "ResponseQuerySet":
        """Whose answers, today's or former, hold one of these addresses."""
        said = Answer.objects.annotate(text=Lower(Cast("value", models.TextField()))).filter(response=OuterRef("pk"))
        one = Q()
        for address in addresses:
            one |= Q(text__contains=address.lower())
        return self.filter(Exists(said.filter(one))) if addresses else self.none()

    def to_read(self) -> "ResponseQuerySet":
        """Sent, and not read by staff yet."""
        return self.filter(state=ResponseState.SUBMITTED)

    def to_follow_up(self) -> "ResponseQuerySet":
        """Sent, and whose proposals and needs are not made yet."""
        return self.filter(state=ResponseState.SUBMITTED, followed_at__isnull=True)

    def waiting_since(self) -> dict[str, Any]:
        """How many wait to be read, and since when the oldest does."""
        return self.to_read().filter(wave__is_demo=False).aggregate(count=Count("pk"), since=models.Min("submitted_at"))

    def counted_by_wave(self) -> dict[int, int]:
        """How many were sent, by wave."""
        return dict(self.finished().order_by().values_list("wave").annotate(count=models.Count("pk")))

    def oldest_first(self) -> "ResponseQuerySet":
        return self.order_by("submitted_at", "pk")

    def for_page(self) -> "ResponseQuerySet":
        return self.select_related("wave__questionnaire", "invitation__actor").defer(
            "counted", "invitation__actor__search_document", "wave__questionnaire__content"
        )


class Response(models.Model):
    """What a collectivité answers in a wave: one, whoever writes it and however it comes.

    `values`: today's answers, question code → value (see `surveys.typed`); each of them is the last `Answer` to that question.
    `counted`: the answers that count in results, as numbers of the questionnaire's list of cells; none until it is sent.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, verbose_name=_("vague"), related_name="responses")
    invitation = models.OneToOneField(
        Invitation, models.CASCADE, verbose_name=_("collectivité interrogée"), related_name="response"
    )
    state = models.CharField(_("état"), max_length=10, choices=ResponseState, default=ResponseState.UNDER_WAY)
    revision = models.PositiveIntegerField(_("révision"), default=0)
    page = models.CharField(_("page où reprendre"), max_length=40, blank=True)
    values = models.JSONField(_("réponses"), default=dict, blank=True)
    counted = ArrayField(models.IntegerField(), verbose_name=_("réponses comptées"), null=True, blank=True)
    started_at = models.DateTimeField(_("commencée le"), auto_now_add=True)
    saved_at = models.DateTimeField(_("enregistrée le"), default=timezone.now)
    submitted_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    submitted_by = models.CharField(_("envoyée par"), max_length=254, blank=True)
    channel = models.CharField(_("arrivée"), max_length=10, choices=Channel, blank=True)
    read_at = models.DateTimeField(_("relue le"), null=True, blank=True)
    read_by = models.CharField(_("relue par"), max_length=254, blank=True)
    reopened_because = models.CharField(_("rouverte, car"), max_length=200, blank=True)
    followed_at = models.DateTimeField(
        _("suites données le"), null=True, blank=True, help_text=_("Propositions au répertoire, besoins.")
    )
    reopened_by = models.CharField(_("rouverte par"), max_length=254, blank=True)
    not_taken = models.JSONField(_("non repris au répertoire"), default=list, blank=True)
    are_people_forgotten = models.BooleanField(_("personnes oubliées"), default=False, editable=False)
    coded = models.JSONField(_("textes classés"), default=dict, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        ordering = ["-saved_at", "-pk"]
        permissions = [("enter_response", _("Peut saisir une réponse au téléphone ou en visite"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ResponseState.UNDER_WAY.value) ^ Q(submitted_at__isnull=False),
                name="response_sent_has_date",
                violation_error_message=_("Une réponse envoyée a une date d’envoi."),
            ),
        ]
        indexes = [models.Index(fields=["wave", "state"], name="response_by_state")]

    def __str__(self) -> str:
        return f"{self.invitation_id} · {self.get_state_display()}"

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def origin(self) -> str:
        """How proposals and needs name it."""
        return f"response:{self.pk}"


def _folder(file: "AnswerFile", filename: str) -> str:
    return f"enquetes/{file.invitation_id}/{filename}"


class AnswerFileQuerySet(models.QuerySet["AnswerFile"]):
    def of_invitation(self, invitation: Invitation) -> "AnswerFileQuerySet":
        return self.filter(invitation=invitation.pk)

    def numbered(self, pk: int) -> "AnswerFileQuerySet":
        return self.filter(pk=pk)


class AnswerFile(models.Model):
    """A file that somebody joined to an answer: read by the collectivité's own people and by staff, published by nobody else."""

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, verbose_name=_("collectivité interrogée"), related_name="files"
    )
    code = models.CharField(_("question"), max_length=40)
    file = models.FileField(
        _("fichier"), upload_to=_folder, max_length=300, validators=[FileExtensionValidator(FILE_ENDINGS)]
    )
    name = models.CharField(_("nom du fichier"), max_length=150)
    added_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)
    added_by = models.CharField(_("ajouté par"), max_length=254, blank=True)

    objects = AnswerFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier d’une réponse")
        verbose_name_plural = _("fichiers des réponses")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class AnswerQuerySet(models.QuerySet["Answer"]):
    def of_response(self, response: Response) -> "AnswerQuerySet":
        return self.filter(response=response.pk)

    def after(self, revision: int) -> "AnswerQuerySet":
        return self.filter(revision__gt=revision)

    def until(self, revision: int) -> "AnswerQuerySet":
        return self.filter(revision__lte=revision)

    def last_of_each(self) -> "AnswerQuerySet":
        """The last answer to each question of one response."""
        return self.order_by("code", "-revision").distinct("code")

    def newest_first(self) -> "AnswerQuerySet":
        return self.order_by("-revision", "pk")

    def to_questions(self, codes: Iterable[str]) -> "AnswerQuerySet":
        return self.filter(code__in=list(codes))

    def of_window(self, window: str) -> "AnswerQuerySet":
        return self.filter(window=window)

    def signed_by(self, addresses: list[str]) -> "AnswerQuerySet":
        return self.filter(by__in=addresses)


class Answer(models.Model):
    """One answer to one question, as somebody gave it: never changed, the next one comes after it."""

    response = models.ForeignKey(Response, models.CASCADE, verbose_name=_("réponse"), related_name="answers")
    code = models.CharField(_("question"), max_length=40)
    value = models.JSONField(_("valeur"), null=True)
    channel = models.CharField(_("par quelle voie"), max_length=10, choices=Channel)
    by = models.CharField(_("par"), max_length=254, blank=True)
    at = models.DateTimeField(_("le"), default=timezone.now)
    revision = models.PositiveIntegerField(_("révision"))
    window = models.CharField(_("fenêtre"), max_length=16, blank=True, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("valeur d’une réponse")
        verbose_name_plural = _("valeurs des réponses")
        ordering = ["response", "revision", "pk"]
        indexes = [models.Index(fields=["response", "revision"], name="answer_by_revision")]

    def __str__(self) -> str:
        return f"{self.code} · {self.response_id}"
