"""The ledger of every mail, what is known of an address, and what staff may change about mails."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import WAITING, Category, Reason, State


def new_message_id() -> str:
    """A Message-ID of RFC 5322, chosen once: every try carries the same, so that a double is recognised as one."""
    return f"<{uuid4().hex}@{settings.MAIL_FROM.rpartition('@')[2]}>"


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        """Not yet given to a server, and to be."""
        return self.filter(state__in=WAITING)

    def due(self, now: datetime) -> "MessageQuerySet":
        """Waiting, and its time has come."""
        return self.waiting().filter(due_at__lte=now)

    def of_category(self, category: Category) -> "MessageQuerySet":
        return self.filter(category=category)

    def of_kind(self, kind: str) -> "MessageQuerySet":
        return self.filter(kind=kind)

    def of_kinds(self, kinds: Iterable[str]) -> "MessageQuerySet":
        return self.filter(kind__in=list(kinds))

    def with_params(self, params: dict[str, Any]) -> "MessageQuerySet":
        """Whose parameters hold these."""
        return self.filter(params__contains=params)

    def due_before(self, moment: datetime) -> "MessageQuerySet":
        return self.filter(due_at__lt=moment)

    def due_from(self, moment: datetime) -> "MessageQuerySet":
        return self.filter(due_at__gte=moment)

    def asked_after(self, moment: datetime) -> "MessageQuerySet":
        return self.filter(created_at__gt=moment)

    def in_order(self) -> "MessageQuerySet":
        """In the order in which they were asked for."""
        return self.order_by("created_at", "pk")

    def counted(self) -> list[tuple[str, str, str, int]]:
        """How many there are of each kind, state and reason, in this order."""
        rows = self.order_by("kind", "state", "reason").values_list("kind", "state", "reason")
        return list(rows.annotate(count=models.Count("pk")))

    def oldest_first(self) -> "MessageQuerySet":
        return self.order_by("due_at", "pk")

    def abandoned(self, before: datetime) -> "MessageQuerySet":
        """Claimed before that moment and never settled: their worker was killed."""
        return self.filter(state=State.SENDING, claimed_at__lt=before)

    def out_of_date(self, now: datetime) -> "MessageQuerySet":
        """Still waiting after the moment beyond which they would make no sense."""
        return self.waiting().filter(relevant_until__lte=now)

    def sent_since(self, moment: datetime) -> "MessageQuerySet":
        return self.filter(state=State.SENT, sent_at__gte=moment)

    def being_sent(self) -> "MessageQuerySet":
        return self.filter(state=State.SENDING)

    def failed(self) -> "MessageQuerySet":
        return self.filter(state__in=[State.FAILED, State.BOUNCED])

    def to_look_at(self) -> "MessageQuerySet":
        """Failed or come back, and not put aside by staff."""
        return self.failed().exclude(reason=Reason.BY_STAFF)

    def in_state(self, state: str) -> "MessageQuerySet":
        return self.filter(state=state)

    def to_address(self, email: str) -> "MessageQuerySet":
        """Every message to this address, whatever its case."""
        return self.filter(to_email=email.strip().lower())

    def about(self, thing: str) -> "MessageQuerySet":
        """Every message about a thing, named « actor:42 »."""
        return self.filter(about=thing)

    def answered_to(self, addresses: Iterable[str]) -> "MessageQuerySet":
        """Mails whose answer goes to one of these addresses: what its owner wrote to others."""
        return self.filter(reply_to__in=[address for address in addresses if address])

    def about_any(self, things: Iterable[str]) -> "MessageQuerySet":
        return self.filter(about__in=[thing for thing in things if thing])

    def unsettled(self) -> "MessageQuerySet":
        """Waiting, or in the hands of a worker."""
        return self.filter(state__in=[*WAITING, State.SENDING])

    def close(self, state: State, reason: str = "", error: str = "") -> int:
        """End these rows without a mail; return how many. What an account mail held (a code) goes with it."""
        self.filter(category=Category.ACCOUNT).update(params={}, text="")
        return self.update(state=state, reason=reason, **({"error": error} if error else {}))

    def with_body_older_than(self, moment: datetime) -> "MessageQuerySet":
        return (
            self.filter(created_at__lt=moment).exclude(state__in=[*WAITING, State.SENDING]).exclude(text="", params={})
        )

    def settled_before(self, moment: datetime) -> "MessageQuerySet":
        return self.filter(created_at__lt=moment).exclude(state__in=[*WAITING, State.SENDING])


class Message(models.Model):
    """One mail, one row, one unique key."""

    key = models.CharField(
        _("clé"),
        max_length=200,
        unique=True,
        help_text=_("Motif, objet, destinataire et occasion : le même mail ne peut pas être demandé deux fois."),
    )
    kind = models.CharField(_("modèle"), max_length=60)
    category = models.CharField(_("catégorie"), max_length=20, choices=Category)
    state = models.CharField(_("état"), max_length=20, choices=State, default=State.QUEUED)
    reason = models.CharField(_("raison"), max_length=30, choices=Reason, blank=True)

    to_email = models.EmailField(_("adresse du destinataire"))
    to_name = models.CharField(_("nom du destinataire"), max_length=200, blank=True)
    reply_to = models.EmailField(_("réponse à"), blank=True)
    about = models.CharField(_("au sujet de"), max_length=60, blank=True)
    params = models.JSONField(_("paramètres"), default=dict, blank=True)

    due_at = models.DateTimeField(_("à envoyer le"), default=timezone.now)
    relevant_until = models.DateTimeField(_("inutile après le"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    claimed_at = models.DateTimeField(_("pris en charge le"), null=True, blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=120, default=new_message_id, editable=False)
    error = models.TextField(_("réponse du serveur"), blank=True)
    subject = models.CharField(_("objet"), max_length=300, blank=True)
    text = models.TextField(_("texte envoyé"), blank=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("courriel")
        verbose_name_plural = _("courriels")
        ordering = ["-created_at", "-pk"]
        permissions = [("switch_information", _("Peut ouvrir ou couper les courriels d’information"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=[str(category) for category in Category]),
                name="message_category_known",
                violation_error_message=_("Cette catégorie de courriel n’existe pas."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in State]),
                name="message_state_known",
                violation_error_message=_("Cet état de courriel n’existe pas."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT.value) | Q(sent_at__isnull=False),
                name="message_sent_has_date",
                violation_error_message=_("Un courriel envoyé a une date d’envoi."),
            ),
        ]
        indexes = [
            # The claim: by category, the oldest due first, among the few rows that wait.
            models.Index(
                fields=["category", "due_at", "id"],
                condition=Q(state__in=[str(state) for state in WAITING]),
                name="message_waiting",
            ),
            models.Index(fields=["claimed_at"], condition=Q(state=State.SENDING.value), name="message_sending"),
            models.Index(
                fields=["relevant_until"],
                condition=Q(state__in=[str(state) for state in WAITING], relevant_until__isnull=False),
                name="message_perishable",
            ),
            models.Index(fields=["category", "sent_at"], condition=Q(state=State.SENT.value), name="message_sent"),
            models.Index(fields=["to_email", "-created_at"], name="message_by_address"),
            models.Index(fields=["about", "-created_at"], condition=~Q(about=""), name="message_by_subject"),
            models.Index(fields=["-created_at", "-id"], name="message_by_date"),
            models.Index(fields=["message_id"], name="message_by_message_id"),
            models.Index(fields=["reply_to"], condition=~Q(reply_to=""), name="message_by_reply_to"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=[State.FAILED.value, State.BOUNCED.value]),
                name="message_failed",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.key

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING


class AddressQuerySet(models.QuerySet["Address"]):
    def failing(self) -> "AddressQuerySet":
        """Addresses that a server said do not exist, and that nobody has looked at yet."""
        return self.filter(failing_since__isnull=False)

    def opposing_service(self) -> "AddressQuerySet":
        """Addresses whose owner opposes mails of service."""
        return self.filter(service_opposed_at__isnull=False)

    def among(self, emails: Iterable[str]) -> "AddressQuerySet":
        return self.filter(email__in=[email.strip().lower() for email in emails])

    def of(self, email: str) -> "Address | None":
        return self.filter(email=email.strip().lower()).first()


class Address(models.Model):
    """What is known of an address: its owner's oppositions, and whether it still works. Absent: nothing against it."""

    email = models.EmailField(_("adresse"), unique=True)
    service_opposed_at = models.DateTimeField(_("s’oppose aux courriels de service depuis"), null=True, blank=True)
    information_opposed_at = models.DateTimeField(_("s’oppose à l’information depuis"), null=True, blank=True)
    failing_since = models.DateTimeField(_("en échec depuis"), null=True, blank=True)
    failure = models.TextField(_("réponse du serveur"), blank=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("adresse suivie")
        verbose_name_plural = _("adresses suivies")
        ordering = ["email"]
        indexes = [
            models.Index(
                fields=["failing_since"], condition=Q(failing_since__isnull=False), name="address_failing_since"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")),
                name="address_lower_case",
                violation_error_message=_("Une adresse suivie s’écrit en minuscules."),
            )
        ]

    def __str__(self) -> str:
        return self.email

    def refuses(self, category: str) -> bool:
        """Did its owner oppose mails of this category?"""
        opposed_at = {
            Category.SERVICE: self.service_opposed_at,
            Category.INFORMATION: self.information_opposed_at,
        }
        return opposed_at.get(Category(category)) is not None

    @property
    def is_failing(self) -> bool:
        return self.failing_since is not None


class Wording(models.Model):
    """The staff's own words for a kind of mail, in place of those that come with the portal."""

    kind = models.CharField(_("modèle"), max_length=60, unique=True)
    subject = models.CharField(_("objet"), max_length=300)
    body = models.TextField(_("texte"))
    changed_at = models.DateTimeField(_("modifié le"), auto_now=True)
    changed_by = models.CharField(_("modifié par"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("texte de courriel")
        verbose_name_plural = _("textes des courriels")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.kind


class InformationSwitch(models.Model):
    """Whether mails of information leave: off until staff turns it on. One row at most."""

    is_on = models.BooleanField(_("les courriels d’information partent"), default=False)
    changed_at = models.DateTimeField(_("modifié le"), auto_now=True)
    changed_by = models.CharField(_("modifié par"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("courriels d’information")
        verbose_name_plural = _("courriels d’information")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="informationswitch_alone", violation_error_message=_("Un seul réglage existe.")
            )
        ]

    def __str__(self) -> str:
        return str(_("en marche") if self.is_on else _("coupés"))
