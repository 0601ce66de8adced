"""What an organiser asks those who register: diet, accessibility needs, anything."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.enums import QuestionKind

from .event import Event


class EventQuestionQuerySet(models.QuerySet["EventQuestion"]):
    def sensitive_of_past(self, before: datetime) -> "EventQuestionQuerySet":
        """Those that touch health, of events that ended before a moment."""
        return self.filter(is_sensitive=True, event__ends_at__lt=before).select_related("event").order_by("pk")


class EventQuestion(models.Model):
    """One question; its answer is kept in `Registration.answers` under the question's id."""

    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("événement"), related_name="questions")
    label = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("réponse"), max_length=10, choices=QuestionKind, default=QuestionKind.TEXT)
    choices = ArrayField(models.CharField(max_length=100), verbose_name=_("choix"), default=list, blank=True)
    is_required = models.BooleanField(_("réponse obligatoire"), default=False)
    is_sensitive = models.BooleanField(
        _("touche à la santé"),
        default=False,
        help_text=_("Régime, handicap : la réponse est effacée après l’événement."),
    )
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)

    objects = EventQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question d’un événement")
        verbose_name_plural = _("questions des événements")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind=QuestionKind.CHOICE) | ~models.Q(choices=[]),
                name="event_question_has_choices",
                violation_error_message=_("Donnez les choix possibles."),
            ),
        ]

    def __str__(self) -> str:
        return self.label
