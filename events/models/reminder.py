"""The reminders of each event: one row for each, so that it leaves once, and never late."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.enums import EventStatus, Reminder

from .event import Event


class PlannedReminderQuerySet(models.QuerySet["PlannedReminder"]):
    def of_event(self, event: Event) -> "PlannedReminderQuerySet":
        return self.filter(event=event.pk)

    def waiting(self) -> "PlannedReminderQuerySet":
        """Neither asked for nor given up."""
        return self.filter(queued_at__isnull=True, skipped="")

    def due(self, now: datetime) -> "PlannedReminderQuerySet":
        """To be written now: of published events."""
        return self.waiting().filter(due_at__lte=now, event__status=EventStatus.PUBLISHED).order_by("due_at", "pk")


class PlannedReminder(models.Model):
    """« J-7 » of an event. `queued_at`: its mails were asked for; `skipped`: why they were not, in French."""

    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("événement"), related_name="planned_reminders")
    reminder = models.CharField(_("rappel"), max_length=3, choices=Reminder)
    due_at = models.DateTimeField(_("à partir du"))
    queued_at = models.DateTimeField(_("demandé le"), null=True, blank=True)
    count = models.PositiveIntegerField(_("courriels"), default=0)
    skipped = models.CharField(_("pourquoi il n’est pas parti"), max_length=150, blank=True)

    objects = PlannedReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("rappel prévu")
        verbose_name_plural = _("rappels prévus")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "reminder", "due_at"],
                name="planned_reminder_once",
                violation_error_message=_("Ce rappel est déjà prévu."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(queued_at__isnull=True, skipped=""), name="planned_reminder_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} · {self.reminder}"
