"""Contact: a person at an actor, with a function; shown to the public only with their recorded consent."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from directory.enums import ConsentScope, ContactRole

from .actor import Actor
from .jumelage import Jumelage


class ContactQuerySet(models.QuerySet["Contact"]):
    def publishable(self) -> "ContactQuerySet":
        """Those who agreed to be shown, did not take it back, and are still in office."""
        return self.filter(consent_at__isnull=False, withdrawn_at__isnull=True, left_on__isnull=True)

    def in_office(self) -> "ContactQuerySet":
        return self.filter(left_on__isnull=True)

    def of_actor(self, actor: Actor) -> "ContactQuerySet":
        return self.filter(actor=actor.pk)

    def of_jumelage(self, jumelage: Jumelage) -> "ContactQuerySet":
        return self.filter(jumelage=jumelage.pk)

    def of_shown_actors(self) -> "ContactQuerySet":
        """Whose actor staff did not hide."""
        return self.filter(actor__is_published=True)

    def reached_at(self, addresses: Iterable[str]) -> "ContactQuerySet":
        """Whose address is one of these, case aside."""
        return self.alias(address=Lower("email")).filter(address__in=[address.lower() for address in addresses])

    def to_forget(self, *, left_before: date, silent_since: datetime) -> "ContactQuerySet":
        """Who left before a day, or never agreed (or took it back) and whom nobody updated since a moment."""
        silent = Q(consent_at__isnull=True) | Q(withdrawn_at__isnull=False)
        return self.filter(Q(left_on__lt=left_before) | (silent & Q(updated_at__lt=silent_since)))

    def in_order(self) -> "ContactQuerySet":
        """In office first, by role then by name."""
        return self.order_by(F("left_on").asc(nulls_first=True), "role", "name", "pk")

    def for_page(self) -> "ContactQuerySet":
        return self.select_related("actor", "jumelage__collectivite", "jumelage__partner")


class Contact(models.Model):
    """A person at an actor, for all it does or for one of its jumelages."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="contacts")
    jumelage = models.ForeignKey(
        Jumelage, models.SET_NULL, verbose_name=_("pour ce jumelage"), related_name="contacts", null=True, blank=True
    )
    role = models.CharField(_("rôle"), max_length=20, choices=ContactRole, default=ContactRole.OTHER)
    name = models.CharField(_("nom"), max_length=200)
    function = models.CharField(_("fonction"), max_length=200, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)

    # Consent: who gave it, when, for what (article 7 of the GDPR: one must be able to prove it)
    consent_at = models.DateTimeField(_("accord donné le"), null=True, blank=True)
    consent_from = models.CharField(
        _("accord donné par"),
        max_length=254,
        blank=True,
        help_text=_("Comment la personne l’a dit : son courriel, un formulaire signé, un appel."),
    )
    consent_scope = ArrayField(
        models.CharField(max_length=20, choices=ConsentScope),
        verbose_name=_("ce qui peut être publié"),
        default=list,
        blank=True,
    )
    consent_recorded_by = models.CharField(_("accord noté par"), max_length=254, blank=True)
    withdrawn_at = models.DateTimeField(_("accord retiré le"), null=True, blank=True)
    left_on = models.DateField(_("a quitté cette fonction le"), null=True, blank=True)
    created_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["actor_id", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent_at__isnull=True)
                | (~Q(consent_from="") & Q(consent_scope__contains=[ConsentScope.NAME.value])),
                name="contact_consent_is_proved",
                violation_error_message=_("Un accord dit comment il a été donné, et porte au moins sur le nom."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(consent_at__isnull=False),
                name="contact_withdrawal_of_consent",
                violation_error_message=_("Seul un accord donné peut être retiré."),
            ),
        ]
        indexes = [models.Index(fields=["actor", "name"], name="contact_by_actor")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_publishable(self) -> bool:
        return self.consent_at is not None and self.withdrawn_at is None and self.left_on is None

    def may_show(self, scope: str) -> bool:
        """May the public read this of the person?"""
        return self.is_publishable and scope in self.consent_scope

    @property
    def link_version(self) -> int:
        """That of its signed link: another address makes the link sent to the former one worthless."""
        return int.from_bytes(sha256(self.email.lower().encode()).digest()[:4])

    @property
    def has_answered(self) -> bool:
        """Did the person agree, even if they took it back since?"""
        return self.consent_at is not None
