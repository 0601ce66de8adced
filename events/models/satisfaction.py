"""Satisfaction: what somebody who came thought of an event."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .registration import Registration


class Satisfaction(models.Model):
    """The three answers of a short form sent the day after."""

    registration = models.OneToOneField(
        Registration, models.CASCADE, verbose_name=_("inscription"), related_name="satisfaction"
    )
    rating = models.PositiveSmallIntegerField(
        _("note"), validators=[MinValueValidator(1), MaxValueValidator(5)], help_text=_("De 1 à 5.")
    )
    useful = models.TextField(_("ce qui a été utile"), blank=True)
    wish = models.TextField(_("ce que vous souhaitez la prochaine fois"), blank=True)
    created_at = models.DateTimeField(_("donnée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("avis sur un événement")
        verbose_name_plural = _("avis sur les événements")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__range=(1, 5)),
                name="satisfaction_rating_in_range",
                violation_error_message=_("La note va de 1 à 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5"
