"""Series: the events that come back, « every first Tuesday »."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.enums import Frequency


class Series(models.Model):
    """The rule that a row of events follows; each of them is an event of its own, that may be moved or cancelled alone."""

    name = models.CharField(_("nom"), max_length=120)
    frequency = models.CharField(_("rythme"), max_length=20, choices=Frequency, default=Frequency.MONTHLY_DAY)
    starts_on = models.DateField(_("du"))
    until = models.DateField(_("au"))
    except_on = ArrayField(models.DateField(), verbose_name=_("sauf les"), default=list, blank=True)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    created_by = models.CharField(_("créée par"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("série d’événements")
        verbose_name_plural = _("séries d’événements")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("starts_on")),
                name="series_ends_after_start",
                violation_error_message=_("Une série se termine après son début."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
