"""Contact: a person at an actor, with a function; shown to the public only with their recorded consent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
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

    def in_order(self) -> "ContactQuerySet":
        return self.order_by("role", "name", "pk")


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
