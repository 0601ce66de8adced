"""How far the network has come with each collectivité: the facts that show it, what it asked for, and each step, never changed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enums import ContactState
from directory.models import Actor
from directory.models.expressions import SearchKey
from outreach.enums import FactKind, NoteKind, WishKind

from .visits import HEAVY


class ContactFactQuerySet(models.QuerySet["ContactFact"]):
    def of_actor(self, actor: Actor | int) -> "ContactFactQuerySet":
        return self.filter(actor=actor)

    def of_kinds(self, kinds: Iterable[str]) -> "ContactFactQuerySet":
        return self.filter(kind__in=list(kinds))

    def told_elsewhere(self) -> "ContactFactQuerySet":
        """Neither a visit nor a note: those are read in their own rows, with their words."""
        return self.exclude(kind__in=[FactKind.VISIT, FactKind.NOTE])

    def latest_first(self) -> "ContactFactQuerySet":
        return self.order_by("-on", "-pk")


class ContactFact(models.Model):
    """Something that happened between the network and a collectivité, read from where it is written: `origin` names the row
    (« visit:7 », « participant:12 ») and is noted once. Written by `outreach.services.contact_states` alone.

    `until`: the last day on which it holds, for a membership; empty: for good, as long as its row says so.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("collectivité"), related_name="contact_facts")
    kind = models.CharField(_("fait"), max_length=12, choices=FactKind)
    on = models.DateField(_("date"))
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    origin = models.CharField(_("origine"), max_length=100)
    by = models.CharField(_("auteur"), max_length=254, blank=True)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    noted_at = models.DateTimeField(_("noté le"), default=timezone.now)

    objects = ContactFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fait de contact")
        verbose_name_plural = _("faits de contact")
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "origin"],
                name="contact_fact_once",
                violation_error_message=_("Ce fait est déjà noté."),
            )
        ]
        indexes = [models.Index(fields=["actor", "-on"], name="contact_fact_by_actor")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.on:%d/%m/%Y}"


class ContactWishQuerySet(models.QuerySet["ContactWish"]):
    def of_actor(self, actor: Actor | int) -> "ContactWishQuerySet":
        return self.filter(actor=actor)

    def standing(self) -> "ContactWishQuerySet":
        """Neither lifted nor replaced; a pause whose last day is over still stands here, and counts no more."""
        return self.filter(lifted_at__isnull=True)

    def holding(self, day: date) -> "ContactWishQuerySet":
        """Stands, and its last day, if it has one, is not over on that day."""
        return self.standing().filter(Q(until__isnull=True) | Q(until__gte=day))

    def from_origin(self, origin: str) -> "ContactWishQuerySet":
        """Said there: « visit:7 »."""
        return self.filter(origin=origin)

    def latest_first(self) -> "ContactWishQuerySet":
        return self.order_by("-said_on", "-pk")


class ContactWish(models.Model):
    """A collectivité asked not to be contacted: for good, or until a date. At most one stands at a time."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("collectivité"), related_name="contact_wishes")
    kind = models.CharField(_("souhait"), max_length=10, choices=WishKind)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    said_on = models.DateField(_("dit le"), default=timezone.localdate)
    reason = models.CharField(_("raison"), max_length=250, blank=True)
    by = models.CharField(_("noté par"), max_length=254, blank=True)
    origin = models.CharField(_("origine"), max_length=100, blank=True)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    lifted_at = models.DateTimeField(_("levé le"), null=True, blank=True)
    lifted_by = models.CharField(_("levé par"), max_length=254, blank=True)

    objects = ContactWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("souhait de contact")
        verbose_name_plural = _("souhaits de contact")
        ordering = ["-said_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor"],
                condition=Q(lifted_at__isnull=True),
                name="contact_wish_one_stands",
                violation_error_message=_("Un souhait est déjà noté pour cette collectivité."),
            ),
            models.CheckConstraint(
                condition=Q(kind=WishKind.PAUSE.value, until__isnull=False)
                | Q(kind=WishKind.REFUSAL.value, until__isnull=True),
                name="contact_wish_pause_has_end",
                violation_error_message=_("Une pause a un dernier jour ; un refus n’en a pas."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ContactChangeQuerySet(models.QuerySet["ContactChange"]):
    def of_actor(self, actor: Actor | int) -> "ContactChangeQuerySet":
        return self.filter(actor=actor)

    def demo(self) -> "ContactChangeQuerySet":
        return self.filter(is_demo=True)

    def newest_first(self) -> "ContactChangeQuerySet":
        return self.order_by("-at", "-pk")


class ContactChange(models.Model):
    """One step of a collectivité's contact state: from which to which, since which day, why and by whom. Never changed.

    `on`: the day of the fact that caused it; `at`: when the portal noted it. `cause`: the fact's kind, « refus », « pause »,
    « reprise » (the wish is over) or « correction » (a fact is no more).
    """

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("collectivité"), related_name="contact_changes")
    before = models.CharField(_("de"), max_length=20, choices=ContactState)
    after = models.CharField(_("à"), max_length=20, choices=ContactState)
    cause = models.CharField(_("parce que"), max_length=20)
    origin = models.CharField(_("origine"), max_length=100, blank=True)
    on = models.DateField(_("le"))
    by = models.CharField(_("auteur"), max_length=254, blank=True)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    at = models.DateTimeField(_("noté le"), default=timezone.now)

    objects = ContactChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("étape de contact")
        verbose_name_plural = _("étapes de contact")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["actor", "-at"], name="contact_change_by_actor"),
            models.Index(fields=["on"], name="contact_change_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"


class QuickNoteQuerySet(models.QuerySet["QuickNote"]):
    def of_actor(self, actor: Actor | int) -> "QuickNoteQuerySet":
        return self.filter(actor=actor)

    def concerning(self, user: Any, addresses: Iterable[str]) -> "QuickNoteQuerySet":
        return self.filter(Q(user=user.pk) | Q(by__in=list(addresses)))

    def made_on(self, once: str) -> "QuickNoteQuerySet":
        """The one typed on the page of this number."""
        return self.filter(once=once)

    def written_by(self, user: Any) -> "QuickNoteQuerySet":
        return self.filter(user=user.pk if isinstance(user, models.Model) else user)

    def worded_before(self, day: date) -> "QuickNoteQuerySet":
        """Of before a day, and that still say something."""
        return self.filter(on__lt=day).exclude(text="")

    def of_kinds(self, kinds: Iterable[str]) -> "QuickNoteQuerySet":
        return self.filter(kind__in=list(kinds))

    def in_departements(self, codes: list[str]) -> "QuickNoteQuerySet":
        return self.filter(actor__departement_codes__overlap=codes)

    def naming(self, text: str) -> "QuickNoteQuerySet":
        """Whose collectivité has these words in its name (accents aside), or this code."""
        return self.filter(Q(actor__name_key__contains=SearchKey(Value(text))) | Q(actor__code__iexact=text))

    def authors(self) -> list[tuple[int, str, str, str]]:
        """Who wrote some: id, first name, last name, address, by name."""
        rows = self.filter(user__isnull=False).order_by("user__last_name", "user__first_name", "user")
        return list(rows.values_list("user", "user__first_name", "user__last_name", "user__email").distinct())

    def between(self, first: date, last: date) -> "QuickNoteQuerySet":
        return self.filter(on__gte=first, on__lte=last)

    def newest_first(self) -> "QuickNoteQuerySet":
        return self.order_by("-on", "-pk")

    def for_list(self) -> "QuickNoteQuerySet":
        return self.select_related("actor__departement", "user").defer(*HEAVY)


class QuickNote(models.Model):
    """A call or a mail received, kept in two taps: too short to be a visit, enough to know that the two have spoken."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("collectivité"), related_name="quick_notes")
    kind = models.CharField(_("échange"), max_length=15, choices=NoteKind, default=NoteKind.CALL_IN)
    on = models.DateField(_("le"), default=timezone.localdate)
    text = models.TextField(_("ce qui s’est dit"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("compte de l’auteur"),
        related_name="quick_notes",
        null=True,
        blank=True,
    )
    by = models.CharField(_("noté par"), max_length=254, blank=True)
    once = models.CharField(_("numéro de la page"), max_length=40, blank=True, editable=False)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("écrit le"), default=timezone.now, editable=False)

    objects = QuickNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note rapide")
        verbose_name_plural = _("notes rapides")
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["once"],
                condition=~Q(once=""),
                name="quick_note_once",
                violation_error_message=_("Cette note est déjà enregistrée."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.actor} · {self.on:%d/%m/%Y}"

    @property
    def origin(self) -> str:
        return f"note:{self.pk}"
