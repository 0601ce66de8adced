"""The one door for facts: what somebody proposes, field by field, and the yearly question « is your fiche up to date? »."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from directory.enums import ChangeState, IdentityTag, ProposalKind, ProposalState, Source
from directory.sdgs import SDGS
from soco.web.templatetags.soco import day

from .actor import Actor
from .campaign_words import stale_before
from .expressions import SearchKey
from .jumelage import Jumelage
from .reference import country_names, theme_names

WITH_VALUES = (ProposalKind.CHANGES, ProposalKind.CONFIRMATION, ProposalKind.ADDITION)
AUTHOR = _("son auteur")  # who decided, when the author confirmed everything or took the proposal back


def label_of(field: str, model: type[models.Model] = Actor) -> str:
    """The name of a field of an actor or a jumelage, as its page says it."""
    return str(model._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def told_value(field: str, value: Any, model: type[models.Model] = Jumelage) -> str:
    """A value of a fiche as proposals keep it, in words: the label of a choice, the names of themes, a day in full."""
    model_field: Any = model._meta.get_field(field)
    if value in (None, "", []):
        return ""
    if field == "identity_tags":
        return ", ".join(str(label) for tag, label in IdentityTag.choices if tag in value)
    if field == "partner":
        country = country_names().get(value.get("country", ""), "")
        return f"{value['name']} ({country})" if country else str(value["name"])
    if field == "theme_codes":
        names = theme_names()
        return ", ".join(names.get(code, code) for code in value)
    if field == "sdgs":
        return "\u00a0; ".join(f"{number}, {SDGS.get(number, '')}" for number in value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(model_field, models.DateField):
        return day(date.fromisoformat(value))
    return str(dict(model_field.choices or ()).get(value, value))


class ChangeProposalQuerySet(models.QuerySet["ChangeProposal"]):
    def pending(self) -> "ChangeProposalQuerySet":
        """Not decided yet, in part or in whole."""
        return self.filter(state=ProposalState.PENDING)

    def made_by(self, user: models.Model) -> "ChangeProposalQuerySet":
        return self.filter(by_user=user.pk)

    def reports(self) -> "ChangeProposalQuerySet":
        """Those that say something is wrong without giving values to write."""
        return self.exclude(kind__in=WITH_VALUES)

    def with_changes(self) -> "ChangeProposalQuerySet":
        return self.filter(Exists(FieldChange.objects.filter(proposal=OuterRef("pk"))))

    def about(self, actor: Actor) -> "ChangeProposalQuerySet":
        return self.filter(actor=actor)

    def with_origin(self, origin: str) -> "ChangeProposal | None":
        return self.filter(origin=origin).first()

    def again_of(self, origin: str) -> "ChangeProposalQuerySet":
        """Those of an origin, said once (« response:42 ») and again (« response:42/2 »)."""
        return self.filter(Q(origin=origin) | Q(origin__startswith=f"{origin}/"))

    def within_origin(self, origin: str) -> "ChangeProposalQuerySet":
        """The same, and those about a part of it (« response:42:j7 »)."""
        return self.filter(Q(origin=origin) | Q(origin__startswith=f"{origin}/") | Q(origin__startswith=f"{origin}:"))

    def concerning(self, user: Any) -> "ChangeProposalQuerySet":
        """Made by this person: with the account, or with one of its addresses, today's or former."""
        return self.filter(Q(by_user=user.pk) | Q(by_email__in=user.every_address()))

    def in_states(self, states: list[str]) -> "ChangeProposalQuerySet":
        return self.filter(state__in=states)

    def of_kinds(self, kinds: list[str]) -> "ChangeProposalQuerySet":
        return self.filter(kind__in=kinds)

    def from_sources(self, sources: list[str]) -> "ChangeProposalQuerySet":
        return self.filter(source__in=sources)

    def in_departements(self, codes: list[str]) -> "ChangeProposalQuerySet":
        """About actors that lie at least partly in one of these départements."""
        return self.filter(actor__departement_codes__overlap=codes)

    def naming(self, text: str) -> "ChangeProposalQuerySet":
        """Whose actor has these words in its name (accents aside) or this code, or whose author bears them."""
        key = SearchKey(Value(text))
        return self.filter(
            Q(actor__name_key__contains=key)
            | Q(actor__code__iexact=text)
            | Q(by_name__icontains=text)
            | Q(by_email__iexact=text)
        )

    def received_before(self, moment: datetime) -> "ChangeProposalQuerySet":
        return self.filter(created_at__lt=moment)

    def decided_before(self, moment: datetime) -> "ChangeProposalQuerySet":
        return self.filter(decided_at__lt=moment)

    def with_author(self) -> "ChangeProposalQuerySet":
        """Those that still say who made them, or what that person wrote."""
        return self.exclude(by_user=None, by_name="", by_email="", message="")

    def after(self, proposal: "ChangeProposal") -> "ChangeProposalQuerySet":
        """The others, to read next."""
        return self.exclude(pk=proposal.pk)

    def rivals_of(self, proposal: "ChangeProposal") -> "ChangeProposalQuerySet":
        """Others, waiting too, that want to change a field that this one wants to change."""
        fields = FieldChange.objects.filter(proposal=proposal).values("field")
        same = FieldChange.objects.filter(proposal=OuterRef("pk"), field__in=fields).pending()
        others = self.pending().about(proposal.actor).filter(jumelage=proposal.jumelage_id).after(proposal)
        return others.exclude(kind=ProposalKind.ADDITION).filter(Exists(same))

    def oldest_first(self) -> "ChangeProposalQuerySet":
        return self.order_by("created_at", "pk")

    def newest_first(self) -> "ChangeProposalQuerySet":
        return self.order_by("-created_at", "-pk")

    def in_reading_order(self) -> "ChangeProposalQuerySet":
        """What waits first, the oldest at the top; then what is decided, the latest at the top."""
        return self.order_by(
            models.Case(models.When(state=ProposalState.PENDING, then=0), default=1),
            models.Case(models.When(state=ProposalState.PENDING, then="created_at")),
            models.F("decided_at").desc(nulls_last=True),
            "pk",
        )

    def for_list(self) -> "ChangeProposalQuerySet":
        """What a line of a list shows, in two queries: the actor, the author, what changes."""
        actor = [f"actor__{name}" for name in ("name", "slug", "code", "nature", "legal_form")]
        return (
            self.select_related("actor__departement", "jumelage__partner")
            .only(
                *("kind", "source", "state", "reason", "message", "by_name", "by_email", "created_at", "decided_at"),
                *("decided_by", "origin", *actor, "actor__departement__name"),
                *("jumelage__slug", "jumelage__collectivite", "jumelage__partner__name"),
            )
            .prefetch_related("changes")
        )

    def for_review(self) -> "ChangeProposalQuerySet":
        """All that a reader needs to decide, in two queries."""
        return self.select_related(
            "actor__departement", "by_user", "jumelage__partner__country", "jumelage__collectivite"
        ).prefetch_related("changes")

    def waiting_since(self) -> dict[str, Any]:
        """How many wait, and since when the oldest does."""
        return self.pending().aggregate(count=models.Count("pk"), since=models.Min("created_at"))


class ChangeProposal(models.Model):
    """What someone suggests about an actor: member, visitor, holder of a signed link, later a survey or a visit."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="proposals")
    jumelage = models.ForeignKey(
        Jumelage,
        models.CASCADE,
        verbose_name=_("jumelage"),
        related_name="proposals",
        null=True,
        blank=True,
        help_text=_("Le jumelage dont il s’agit, que l’acteur conduit ; vide si c’est la fiche de l’acteur."),
    )
    kind = models.CharField(_("objet"), max_length=20, choices=ProposalKind, default=ProposalKind.CHANGES)
    source = models.CharField(_("source"), max_length=20, choices=Source)
    origin = models.CharField(
        _("origine"),
        max_length=100,
        unique=True,
        help_text=_("D’où vient la proposition ; la même origine ne peut pas proposer deux fois."),
    )
    message = models.TextField(_("message"), blank=True)
    confirms_the_rest = models.BooleanField(
        _("confirme le reste"),
        default=False,
        help_text=_("L’auteur a relu toute la fiche, et dit que ce qu’il n’a pas changé est exact."),
    )
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("compte de l’auteur"),
        related_name="proposals",
        null=True,
        blank=True,
    )
    by_name = models.CharField(_("nom de l’auteur"), max_length=200, blank=True)
    by_email = models.EmailField(_("adresse de l’auteur"), blank=True)
    state = models.CharField(_("état"), max_length=20, choices=ProposalState, default=ProposalState.PENDING)
    reason = models.TextField(_("raison"), blank=True)
    created_at = models.DateTimeField(_("proposée le"), auto_now_add=True)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.CharField(_("décidée par"), max_length=254, blank=True)

    objects = ChangeProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")
        ordering = ["-created_at", "-pk"]
        permissions = [("review_changeproposal", _("Peut relire les propositions"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.PENDING.value) ^ Q(decided_at__isnull=False),
                name="changeproposal_decided_has_date",
                violation_error_message=_("Une proposition décidée a une date de décision."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"], condition=Q(state=ProposalState.PENDING.value), name="changeproposal_queue"
            ),
            models.Index(fields=["actor", "-created_at"], name="changeproposal_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.get_kind_display()}"

    @property
    def is_pending(self) -> bool:
        return self.state == ProposalState.PENDING

    @property
    def is_about_jumelage(self) -> bool:
        """Are its fields those of a jumelage, one to add included?"""
        return self.jumelage_id is not None or self.kind == ProposalKind.ADDITION

    @property
    def is_report(self) -> bool:
        """Says something is wrong without giving values to write."""
        return self.kind not in WITH_VALUES

    @property
    def confirms_the_fiche(self) -> bool:
        """Does accepting it make the whole fiche fresh? Only its own people, staff, and answers that staff read say that."""
        return self.confirms_the_rest and self.source in (Source.ORGANISATION, Source.STAFF, Source.SURVEY)

    @property
    def was_taken_back(self) -> bool:
        """Did its author withdraw what still waited?"""
        return not self.is_pending and self.decided_by == str(AUTHOR)

    @property
    def subject_name(self) -> str:
        """« Limoges », or « Limoges – Fürth » for one of its jumelages."""
        return f"{self.actor.name} – {self.jumelage.partner.name}" if self.jumelage else self.actor.name

    @property
    def subject_url(self) -> str:
        """The public page of what it is about."""
        return self.jumelage.get_absolute_url() if self.jumelage else self.actor.get_absolute_url()

    @property
    def author(self) -> str:
        """Who proposed, as staff reads it."""
        return self.by_name or self.by_email or str(_("une personne qui n’a pas dit son nom"))


class FieldChangeQuerySet(models.QuerySet["FieldChange"]):
    def pending(self) -> "FieldChangeQuerySet":
        return self.filter(state=ChangeState.PENDING)

    def accepted(self) -> "FieldChangeQuerySet":
        return self.filter(state=ChangeState.ACCEPTED)

    def decided(self) -> "FieldChangeQuerySet":
        return self.exclude(state=ChangeState.PENDING)

    def waiting_for(self, actor: Actor) -> "FieldChangeQuerySet":
        """What is proposed for the fiche of an actor and not decided yet, the oldest first."""
        waiting = self.pending().filter(proposal__actor=actor, proposal__state=ProposalState.PENDING)
        about_it = waiting.filter(proposal__jumelage=None).exclude(proposal__kind=ProposalKind.ADDITION)
        return about_it.select_related("proposal").order_by("pk")

    def waiting_for_jumelage(self, jumelage: Jumelage) -> "FieldChangeQuerySet":
        waiting = self.pending().filter(proposal__jumelage=jumelage, proposal__state=ProposalState.PENDING)
        return waiting.select_related("proposal").order_by("pk")


class FieldChange(models.Model):
    """One field of a proposal: what the fiche said when it was proposed, and what it should say."""

    proposal = models.ForeignKey(ChangeProposal, models.CASCADE, verbose_name=_("proposition"), related_name="changes")
    field = models.CharField(_("champ"), max_length=40)
    old = models.JSONField(_("valeur d’alors"), null=True, blank=True)
    new = models.JSONField(_("valeur proposée"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=20, choices=ChangeState, default=ChangeState.PENDING)
    reason = models.TextField(_("raison"), blank=True)
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.CharField(_("décidé par"), max_length=254, blank=True)

    objects = FieldChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("champ proposé")
        verbose_name_plural = _("champs proposés")
        ordering = ["proposal_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "field"],
                name="fieldchange_once_per_proposal",
                violation_error_message=_("Ce champ est déjà dans la proposition."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} · {self.field}"

    @property
    def is_pending(self) -> bool:
        return self.state == ChangeState.PENDING

    @property
    def label(self) -> str:
        """The field's name as the fiche says it."""
        return label_of(self.field, Jumelage if self.proposal.is_about_jumelage else Actor)

    @property
    def told_old(self) -> str:
        return self.told(self.old)

    @property
    def told_new(self) -> str:
        return self.told(self.new)

    def told(self, value: Any) -> str:
        """A value of this field in words."""
        return told_value(self.field, value, Jumelage if self.proposal.is_about_jumelage else Actor)

    @property
    def can_be_undone(self) -> bool:
        """Accepted and not undone, or refused: staff may come back on it. A jumelage added is hidden or removed instead."""
        is_decided = self.state in (ChangeState.ACCEPTED, ChangeState.REFUSED)
        return is_decided and self.proposal.kind != ProposalKind.ADDITION


class ConfirmationRequestQuerySet(models.QuerySet["ConfirmationRequest"]):
    def open(self) -> "ConfirmationRequestQuerySet":
        """Asked, without an answer, and not given up."""
        return self.filter(closed_at__isnull=True)

    def about(self, actor: Actor) -> "ConfirmationRequestQuerySet":
        return self.filter(actor=actor)

    def first_asked_on(self, day: date) -> "ConfirmationRequestQuerySet":
        return self.filter(asked_on=day)

    def written_on(self, day: date) -> "ConfirmationRequestQuerySet":
        """Whose last mail, the first one or a reminder, is of that day."""
        return self.filter(last_asked_on=day)

    def unanswered(self, asked_before: date, most: int) -> "ConfirmationRequestQuerySet":
        """Open, reminded `most` times already, and silent since that day."""
        return self.open().filter(last_asked_on__lte=asked_before, reminders__gte=most)

    def reminded_on(self, day: date) -> "ConfirmationRequestQuerySet":
        """Those whose last mail, of that day, was a reminder."""
        return self.filter(last_asked_on=day, reminders__gt=0)

    def to_remind(self, asked_before: date, most: int) -> "ConfirmationRequestQuerySet":
        """Open, last asked on that day or before, and reminded fewer than `most` times."""
        return self.open().filter(last_asked_on__lte=asked_before, reminders__lt=most).order_by("last_asked_on", "pk")


class ConfirmationRequest(models.Model):
    """One yearly question to one actor: « votre fiche est-elle à jour ? ». Its link is derived, never stored."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="confirmation_requests")
    asked_on = models.DateField(_("demandée le"))
    last_asked_on = models.DateField(_("dernier courriel le"))
    reminders = models.PositiveSmallIntegerField(_("relances"), default=0)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    outcome = models.CharField(_("issue"), max_length=30, blank=True)

    objects = ConfirmationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande de confirmation")
        verbose_name_plural = _("demandes de confirmation")
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor"],
                condition=Q(closed_at__isnull=True),
                name="confirmationrequest_one_open",
                violation_error_message=_("Une demande est déjà en cours pour cet acteur."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.asked_on}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_about_jumelages_only(self) -> bool:
        """Is its actor's own fiche confirmed, then or since, so that only jumelages may be left to ask about?"""
        confirmed_at = self.actor.verified_at
        return confirmed_at is not None and confirmed_at >= stale_before(self.asked_on)

    def is_answered(self) -> bool:
        """Is nothing that it asked about, the fiche or one of its jumelages, stale any more? One query."""
        stale = Actor.objects.with_stale_facts(stale_before(self.asked_on), known_on=self.asked_on)
        return not stale.filter(pk=self.actor_id).exists()
