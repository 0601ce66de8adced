"""Questionnaire: one version of a form, its sections and questions kept together."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from directory.models.reference import with_history
from surveys.enums import QuestionnaireStatus
from surveys.outline import Outline, outline_of


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def versions_of(self, code: str) -> "QuestionnaireQuerySet":
        return self.filter(code=code)

    def drafts(self) -> "QuestionnaireQuerySet":
        return self.filter(status=QuestionnaireStatus.DRAFT)

    def published(self) -> "QuestionnaireQuerySet":
        return self.filter(status=QuestionnaireStatus.PUBLISHED)

    def frozen(self) -> "QuestionnaireQuerySet":
        """Those that are, or were, published: they never change."""
        return self.exclude(status=QuestionnaireStatus.DRAFT)

    def newest_first(self) -> "QuestionnaireQuerySet":
        return self.order_by("code", "-version")


@with_history(
    meta={"verbose_name": _("changement de questionnaire"), "verbose_name_plural": _("changements des questionnaires")}
)
class Questionnaire(models.Model):
    """A version of a questionnaire. Its content is one value (see `surveys.outline`): frozen as a whole when it is published.
    Answers name questions by their code, which every version keeps."""

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("titre"), max_length=150)
    status = models.CharField(_("état"), max_length=10, choices=QuestionnaireStatus, default=QuestionnaireStatus.DRAFT)
    content = models.JSONField(_("contenu"))
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    created_by = models.CharField(_("créé par"), max_length=254, blank=True)
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="questionnaire_version_once",
                violation_error_message=_("Cette version existe déjà."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(status=QuestionnaireStatus.DRAFT),
                name="questionnaire_one_draft",
                violation_error_message=_("Ce questionnaire a déjà un brouillon."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(status=QuestionnaireStatus.PUBLISHED),
                name="questionnaire_one_published",
                violation_error_message=_("Une autre version est publiée."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({_('version')} {self.version})"

    def get_absolute_url(self) -> str:
        return reverse("questionnaire_preview", args=[self.code, self.version])

    @cached_property
    def outline(self) -> Outline:
        content: dict[str, Any] = self.content
        return outline_of(content)

    @property
    def is_draft(self) -> bool:
        return self.status == QuestionnaireStatus.DRAFT
